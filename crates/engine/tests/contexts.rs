//! What is sent of a build context, beside what Docker's own client sends: it is asked to build, and its archive is caught
//! before an engine gets it. Left out, with a printed line, where there is no docker command.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use engine::BuildContext;
use futures_util::TryStreamExt;
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::Command;
use tar::Archive;
use tempfile::TempDir;

/// Name -> kind, mode, owner, link, content.
type Listing = BTreeMap<String, String>;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = "Dockerfile a/keep.txt a/b/deep.log a/b/deep.txt out/in.txt out/kept/x run.sh c/d/e/f.md top.md ü/ß README.md \
                 README-secret.md .git/config c++/x.cc [x]";
    for file in files.split_whitespace() {
        fs::create_dir_all(folder.path().join(file).parent().unwrap()).unwrap();
        fs::write(folder.path().join(file), file).unwrap();
    }
    fs::set_permissions(folder.path().join("run.sh"), Permissions::from_mode(0o751)).unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    symlink("../top.md", folder.path().join("a/link")).unwrap();
    symlink("/nowhere", folder.path().join("broken")).unwrap();
    folder
}

const IGNORED: [&str; 12] = [
    "",
    "**/*.log\nout\n!out/kept\n*.md",
    "# all\n*\n!a/**/deep.txt\n!run.sh",
    "a/b/**\n!a/b/deep.txt\n**/e\nempt?",
    "Dockerfile\n.dockerignore\n[bc]\n/run.sh\n",
    "*.md\n!README*.md\nREADME-secret.md",
    "**\n!a/b",
    "*\n!c/d/e/f.md",
    "  .git/  \n./c/../top.md\n\n!\\[x\\]",
    "\\[x\\]\nc++/*.cc",
    "**/deep.*\n*/k*",
    "ü/*\nbro*",
];

#[tokio::test]
async fn what_is_sent_is_what_docker_sends() {
    if Command::new("docker").arg("--version").output().is_err() {
        return eprintln!("left out: there is no docker command");
    }
    for lines in IGNORED {
        let folder = folder();
        fs::write(folder.path().join(".dockerignore"), lines).unwrap();
        let (theirs, ours) = (theirs(folder.path()), ours(folder.path()).await);
        assert!(ours.contains_key("Dockerfile"), "{ours:#?}");
        assert_eq!(ours, theirs, "{lines}");
    }
}

async fn ours(folder: &Path) -> Listing {
    let (pieces, _) = BuildContext::read(folder, "Dockerfile").unwrap().archive();
    listing(&pieces.try_collect::<Vec<_>>().await.unwrap().concat())
}

fn listing(archive: &[u8]) -> Listing {
    let mut archive = Archive::new(archive);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        let link = entry.link_name().unwrap().map(|link| link.display().to_string()).unwrap_or_default();
        let (header, path) = (entry.header(), entry.path().unwrap().display().to_string());
        let (kind, mode) = (header.entry_type(), header.mode().unwrap() & 0o7777);
        let owner = header.uid().unwrap();
        (path.trim_end_matches('/').to_owned(), format!("{kind:?} {mode:o} {owner} {link} {content}"))
    });
    entries.collect()
}

/// `docker build` against a socket that only listens.
fn theirs(folder: &Path) -> Listing {
    let place = tempfile::tempdir().unwrap();
    let socket = place.path().join("docker.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let host = format!("unix://{}", socket.display());
    let mut docker = Command::new("docker");
    docker.args(["build", "."]).current_dir(folder).env("DOCKER_HOST", host).env("DOCKER_BUILDKIT", "0");
    let client = std::thread::spawn(move || docker.output().unwrap());
    let archive = listener.incoming().find_map(|connection| serve(connection.unwrap())).unwrap();
    client.join().unwrap();
    listing(&archive)
}

/// Answers until the archive is there.
fn serve(mut connection: UnixStream) -> Option<Vec<u8>> {
    let mut reader = BufReader::new(connection.try_clone().unwrap());
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap() == 0 {
                return None;
            }
        }
        let archive = head.contains("/build?").then(|| chunks(&mut reader));
        let body = if archive.is_some() { "{}" } else { "OK" };
        let length = body.len();
        let answer = format!("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: {length}\r\n\r\n{body}");
        connection
            .write_all(if head.starts_with("HEAD") { answer.trim_end_matches("OK") } else { &answer }.as_bytes())
            .unwrap();
        if archive.is_some() {
            return archive;
        }
    }
}

fn chunks(reader: &mut impl BufRead) -> Vec<u8> {
    let mut whole = vec![];
    loop {
        let mut size = String::new();
        reader.read_line(&mut size).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk).unwrap();
        whole.extend_from_slice(&chunk[..size]);
        if size == 0 {
            return whole;
        }
    }
}
