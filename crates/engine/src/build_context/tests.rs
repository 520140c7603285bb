use super::*;
use futures_util::TryStreamExt;
use std::fs::write;

fn folder(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        fs::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
        write(folder.path().join(file), file).unwrap();
    }
    folder
}

fn names(folder: &Path, dockerfile: &str) -> Vec<String> {
    BuildContext::read(folder, dockerfile).unwrap().entries.into_iter().map(|entry| entry.name).collect()
}

#[test]
fn what_is_ignored_stays_and_the_dockerfile_goes() {
    let folder = folder(&["Dockerfile", "a/keep", "a/other", "b/c", ".git/config"]);
    write(folder.path().join(".dockerignore"), "*\n!a/keep\n").unwrap();
    assert_eq!(names(folder.path(), "Dockerfile"), [".dockerignore", "Dockerfile", "a/keep"]);
    write(folder.path().join("Dockerfile.dockerignore"), ".*\na").unwrap();
    assert_eq!(
        names(folder.path(), "Dockerfile"),
        [".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "b", "b/c"]
    );
    assert_eq!(names(folder.path(), "b/c"), [".dockerignore", "a/keep", "b/c"]);
    write(folder.path().join("Dockerfile.dockerignore"), "a\n[").unwrap();
    let error = BuildContext::read(folder.path(), "Dockerfile").unwrap_err().to_string();
    assert_eq!(error, "Dockerfile.dockerignore: `[` is no pattern");
}

#[test]
fn equal_content_has_an_equal_name() {
    let (one, other) = (folder(&["Dockerfile", "a"]), folder(&["Dockerfile", "a"]));
    let of = |folder: &tempfile::TempDir| {
        let context = BuildContext::read(folder.path(), "Dockerfile").unwrap();
        (context.looks(), context.content().unwrap())
    };
    assert_eq!(of(&one).1, of(&other).1);
    let before = of(&one);
    write(one.path().join("a"), "b").unwrap();
    assert!(before.0 != of(&one).0 && before.1 != of(&one).1);
    let before = of(&other);
    write(other.path().join(".dockerignore"), "a").unwrap();
    assert_ne!(before.1, of(&other).1);
    let before = of(&other);
    write(other.path().join("a"), "ignored").unwrap();
    assert_eq!(before, of(&other));
}

/// `**/*.py`: BuildKit finds them in folders that stay out, the classic builder does not.
#[tokio::test]
async fn what_only_buildkit_sends_counts_and_is_not_sent_to_another() {
    let folder = folder(&["Dockerfile", "app/main.py", "app/data.csv"]);
    write(folder.path().join(".dockerignore"), "**\n!**/*.py\n").unwrap();
    assert_eq!(names(folder.path(), "Dockerfile"), [".dockerignore", "Dockerfile", "app/main.py"]);
    let content = || BuildContext::read(folder.path(), "Dockerfile").unwrap().content().unwrap();
    let before = content();
    write(folder.path().join("app/main.py"), "edited").unwrap();
    assert_ne!(before, content());
    let archive = sent(folder.path()).await;
    let mut archive = tar::Archive::new(archive.as_slice());
    let told: Vec<_> = archive.entries().unwrap().map(|it| it.unwrap().path().unwrap().into_owned()).collect();
    assert_eq!(told, [Path::new(".dockerignore"), Path::new("Dockerfile")]);
}

#[cfg(unix)]
#[test]
fn the_dockerfile_counts_wherever_it_is() {
    let folder = folder(&["Dockerfile", "Dockerfile.two", "real/Dockerfile"]);
    std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
    let of = |dockerfile: &str| {
        let context = BuildContext::read(folder.path(), dockerfile).unwrap();
        (context.looks(), context.content().unwrap())
    };
    assert_ne!(of("Dockerfile").1, of("Dockerfile.two").1, "two images of one folder");
    assert_eq!(of("Dockerfile"), of("./real/../Dockerfile"));
    write(folder.path().join(".dockerignore"), "*").unwrap();
    for dockerfile in ["./Dockerfile", "./real/Dockerfile", "link/Dockerfile"] {
        let before = of(dockerfile);
        write(folder.path().join(dockerfile), format!("edited {dockerfile}")).unwrap();
        assert!(before.0 != of(dockerfile).0 && before.1 != of(dockerfile).1, "{dockerfile}");
    }
}

async fn sent(folder: &Path) -> Vec<u8> {
    let (pieces, reading) = BuildContext::read(folder, "Dockerfile").unwrap().archive();
    let pieces: Vec<_> = pieces.try_collect().await.unwrap();
    reading.await.unwrap().unwrap();
    pieces.concat()
}

#[cfg(unix)]
#[tokio::test]
async fn modes_and_links_are_kept_and_owners_are_not() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder(&["Dockerfile", "run"]);
    fs::set_permissions(folder.path().join("run"), fs::Permissions::from_mode(0o750)).unwrap();
    symlink("run", folder.path().join("link")).unwrap();
    symlink("/nowhere", folder.path().join("broken")).unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    let archive = sent(folder.path()).await;
    let mut archive = tar::Archive::new(archive.as_slice());
    let told: Vec<_> = archive
        .entries()
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let link = entry.link_name().unwrap().map(|link| link.display().to_string()).unwrap_or_default();
            let (header, path) = (entry.header(), entry.path().unwrap().display().to_string());
            assert_eq!((header.uid().unwrap(), header.gid().unwrap()), (0, 0));
            (path, header.entry_type(), header.mode().unwrap() & 0o770, link)
        })
        .collect();
    let row = |path: &str, kind, mode, link: &str| (path.to_owned(), kind, mode, link.to_owned());
    assert_eq!(told.len(), 5);
    assert!(told.contains(&row("run", tar::EntryType::Regular, 0o750, "")), "{told:?}");
    for (path, target) in [("link", "run"), ("broken", "/nowhere")] {
        assert!(told.contains(&row(path, tar::EntryType::Symlink, 0o770, target)), "{told:?}");
    }
    assert!(told.iter().any(|(path, kind, ..)| path.trim_end_matches('/') == "empty" && kind.is_dir()), "{told:?}");
}

#[tokio::test]
async fn a_context_of_any_size_needs_little_memory() {
    let folder = folder(&["Dockerfile"]);
    File::create(folder.path().join("big")).unwrap().set_len(64 << 20).unwrap();
    let (pieces, reading) = BuildContext::read(folder.path(), "Dockerfile").unwrap().archive();
    let longest = pieces
        .try_fold((0, 0), |(all, longest), piece| async move { Ok((all + piece.len(), longest.max(piece.len()))) });
    let (all, longest) = longest.await.unwrap();
    reading.await.unwrap().unwrap();
    assert!(all > 64 << 20 && longest <= 64 << 10, "{all} {longest}");
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named() {
    let folder = folder(&["Dockerfile", "a"]);
    let context = BuildContext::read(folder.path(), "Dockerfile").unwrap();
    fs::remove_file(folder.path().join("a")).unwrap();
    let (pieces, reading) = context.archive();
    assert!(pieces.try_collect::<Vec<_>>().await.is_err());
    assert!(reading.await.unwrap().unwrap_err().to_string().starts_with("a: No such file"));
}
