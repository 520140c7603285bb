//! Whether a program that runs as somebody else can read files of this machine.

use crate::launch::Ids;
use std::path::{Path, PathBuf};

/// More files than this are not looked at.
const MOST: usize = 100_000;

/// The files and folders below `root`, itself included, that these ids cannot read; what lies in a folder that they
/// cannot enter is not listed. An access list of its own may say otherwise of a file, which is taken as readable then.
pub fn unreadable(root: &Path, ids: &Ids) -> Vec<PathBuf> {
    let (mut closed, mut open, mut seen) = (vec![], vec![root.to_owned()], 0);
    while let Some(path) = open.pop() {
        seen += 1;
        // A link that leads nowhere is nobody's to read.
        let Ok(about) = std::fs::metadata(&path) else { continue };
        if !lets(&path, &about, ids) {
            closed.push(path);
        } else if about.is_dir() && seen < MOST && !is_link(&path) {
            open.extend(std::fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        }
    }
    closed.sort();
    closed
}

fn is_link(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|about| about.is_symlink())
}

#[cfg(unix)]
fn lets(path: &Path, about: &std::fs::Metadata, ids: &Ids) -> bool {
    use std::os::unix::fs::MetadataExt;
    let wanted = if about.is_dir() { 0o5 } else { 0o4 };
    let shift = match (about.uid() == ids.user, ids.groups.contains(&about.gid())) {
        (true, _) => 6,
        (false, true) => 3,
        (false, false) => 0,
    };
    (about.mode() >> shift) & wanted == wanted || has_access_list(path)
}

#[cfg(not(unix))]
fn lets(_: &Path, _: &std::fs::Metadata, _: &Ids) -> bool {
    true
}

#[cfg(target_os = "linux")]
fn has_access_list(path: &Path) -> bool {
    rustix::fs::getxattr(path, "system.posix_acl_access", &mut [0_u8; 0]).is_ok()
}

#[cfg(all(unix, not(target_os = "linux")))]
fn has_access_list(_: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt};

    #[test]
    fn by_owner_group_and_all_others() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mode = |path: &Path, bits| fs::set_permissions(path, fs::Permissions::from_mode(bits)).unwrap();
        mode(folder.path(), 0o755);
        for (name, bits) in [("mine", 0o400), ("ours", 0o040), ("all", 0o004), ("none", 0o000)] {
            fs::write(at(name), "").unwrap();
            mode(&at(name), bits);
        }
        fs::create_dir(at("closed")).unwrap();
        mode(&at("closed"), 0o700);
        std::os::unix::fs::symlink("/nowhere/at/all", at("lost")).unwrap();
        let about = fs::metadata(at("mine")).unwrap();
        let names = |user, groups| {
            let closed = unreadable(folder.path(), &Ids { user, groups });
            closed.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(about.uid(), vec![]), ["all", "none", "ours"]);
        assert_eq!(names(about.uid() + 1, vec![about.gid()]), ["all", "closed", "mine", "none"]);
        assert_eq!(names(about.uid() + 1, vec![about.gid() + 1]), ["closed", "mine", "none", "ours"]);
        mode(&at("closed"), 0o755);
    }

    #[test]
    fn a_folder_that_is_closed_is_named_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(folder.path().join("a"), "").unwrap();
        let stranger = Ids { user: u32::MAX - 1, groups: vec![] };
        assert_eq!(unreadable(folder.path(), &stranger), [folder.path()]);
    }
}
