use super::*;
use std::fs::{create_dir_all, write};
use std::os::unix::fs::symlink;
use tempfile::TempDir;

const AT: &str = "/var/app/models/credit/1/model";

/// A model as a cache of Hugging Face has it, and what else people link.
fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["model/sub", "blobs", "data", "hub/x/snapshots/1", "hub/x/blobs"] {
        create_dir_all(at(name)).unwrap();
    }
    for name in ["blobs/abc", "data/table.csv", "hub/x/blobs/def", "model/own"] {
        write(at(name), name).unwrap();
    }
    for (text, name) in [
        ("../blobs/abc", "model/weights.bin"),
        ("../../blobs/abc", "model/sub/again.bin"),
        ("own", "model/within"),
        ("../hub/x/snapshots/1", "model/snapshot"),
        ("../../blobs/def", "hub/x/snapshots/1/config.json"),
        ("/usr/bin/env", "model/python"),
        ("../nowhere", "model/lost"),
        ("..", "model/above"),
    ] {
        symlink(text, at(name)).unwrap();
    }
    symlink(at("data"), at("model/data")).unwrap();
    folder
}

fn mount(source: PathBuf, target: &str) -> Mount {
    Mount { source: MountSource::Path(source), target: target.into(), access: Access::ReadOnly }
}

#[test]
fn what_links_lead_to_is_mounted_where_they_lead() {
    let folder = project();
    let root = folder.path().canonicalize().unwrap();
    let mounts = [mount(root.join("model"), AT), mount(root.join("hub"), "/var/app/src")];
    let found = linked(&mounts, &mounts);
    let mut mounts: Vec<_> = found.mounts.iter().map(|it| (path_of(it).unwrap(), it.target.as_str())).collect();
    mounts.sort_unstable();
    let data = root.join("data");
    let (blob, snapshot, second) =
        (root.join("blobs/abc"), root.join("hub/x/snapshots/1"), root.join("hub/x/blobs/def"));
    let mut expected = vec![
        (blob.as_path(), "/var/app/models/credit/1/blobs/abc"),
        (&data, data.to_str().unwrap()),
        (&snapshot, "/var/app/models/credit/1/hub/x/snapshots/1"),
        (&second, "/var/app/models/credit/1/hub/x/blobs/def"),
    ];
    expected.sort_unstable();
    assert_eq!(mounts, expected);
    assert_eq!(found.left, [root.join("model/above"), root.join("model/python")]);
}

/// It would have to be made in the folder of the user that is mounted there.
#[test]
fn nothing_is_mounted_within_another_mount() {
    let folder = project();
    let at = |name: &str| folder.path().join(name);
    let found = |other: &str| {
        let (model, other) = (mount(at("model"), AT), mount(at(other), "/var/app/models/credit/1/blobs"));
        linked(std::slice::from_ref(&model), &[model.clone(), other])
    };
    let weights = |found: &Linked| {
        let mounted = found.mounts.iter().any(|it| it.target.ends_with("abc"));
        (mounted, found.left.contains(&at("model/weights.bin")))
    };
    assert_eq!((weights(&found("data")), weights(&found("blobs"))), ((false, true), (false, false)));
}

#[test]
fn what_is_copied_has_no_links_to_look_at() {
    let folder = project();
    let copied = [Mount { access: Access::Scratch, ..mount(folder.path().join("model"), AT) }];
    assert_eq!(linked(&copied, &copied), Linked::default());
}
