//! Paths as people write them, and the one that was probably meant.

use semantics::nearest::nearest;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// `.` and `..` taken out, without asking the file system: a symbolic link keeps its own name.
pub fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// As a path is shown: cleaned, and below the working folder relative to it.
pub fn shown(path: &Path) -> PathBuf {
    let clean = clean(path);
    let here = std::env::current_dir().unwrap_or_default();
    match clean.strip_prefix(&here) {
        Ok(below) if below != Path::new("") => below.to_owned(),
        _ => clean,
    }
}

/// The absolute path of a file that exists: the same from whatever folder the command is given.
pub fn settled(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// An absolute path for what was written in a file of `folder`.
pub fn absolute(folder: &Path, written: &str) -> PathBuf {
    clean(&folder.join(written.replace('\\', "/")))
}

/// Whether it names something that is not on this machine's disk.
pub fn is_remote(written: &str) -> bool {
    written.contains("://") || written.starts_with("azureml:") || written.starts_with("runs:/")
}

/// The path to write instead, relative to `folder`, when a file of that name is elsewhere in the project.
pub fn meant(folder: &Path, root: &Path, written: &str) -> Option<String> {
    let tail = clean(Path::new(&written.replace('\\', "/")));
    let names: Vec<&OsStr> = tail.components().filter_map(named).collect();
    let bases = bases(folder, root);
    let tails = (0..names.len()).map(|from| names[from..].iter().collect::<PathBuf>());
    let moved = tails.flat_map(|tail| bases.iter().map(move |base| base.join(&tail))).find(|path| path.exists());
    let found = moved.or_else(|| misspelled(folder, &names))?;
    Some(relative(folder, &found))
}

fn named(part: Component<'_>) -> Option<&OsStr> {
    match part {
        Component::Normal(name) => Some(name),
        _ => None,
    }
}

/// The file's folder, the folders above it up to the project's, the project's, the working folder.
fn bases(folder: &Path, root: &Path) -> Vec<PathBuf> {
    let mut bases: Vec<PathBuf> =
        folder.ancestors().take_while(|up| up.starts_with(root)).map(Path::to_owned).collect();
    if bases.is_empty() {
        bases.push(folder.to_owned());
    }
    bases.extend(folder.parent().map(Path::to_owned));
    bases.push(root.to_owned());
    bases.extend(std::env::current_dir());
    bases
}

/// The same path with names that are nearly the same, letter case included.
fn misspelled(folder: &Path, names: &[&OsStr]) -> Option<PathBuf> {
    names.iter().try_fold(folder.to_owned(), |folder, name| {
        let exact = folder.join(name);
        if exact.exists() {
            return Some(exact);
        }
        let entries = std::fs::read_dir(&folder).ok()?;
        let mut there: Vec<String> = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        there.sort();
        nearest(name.to_str()?, there.iter().map(String::as_str)).map(|name| folder.join(name))
    })
}

/// `path` as it is written in a file of `folder`.
pub fn relative(folder: &Path, path: &Path) -> String {
    let shared = folder.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir.as_os_str());
    let down = path.components().skip(shared).map(Component::as_os_str);
    let relative: PathBuf = up.chain(down).collect();
    if relative == Path::new("") { ".".into() } else { relative.display().to_string() }
}
