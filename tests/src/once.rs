//! What is done once in a test run, however many processes run the tests.

use std::fs::{File, create_dir_all};
use std::io::{Read, Seek, Write};
use std::path::PathBuf;

/// `target/e2e`: what outlives a test. It is beside `deps`, where the tests themselves are.
pub fn folder() -> PathBuf {
    let profile = profile_folder();
    let folder = profile.parent().unwrap().join("e2e");
    create_dir_all(&folder).unwrap();
    folder
}

/// `target/debug` or `target/release`.
pub fn profile_folder() -> PathBuf {
    std::env::current_exe().unwrap().parent().and_then(|deps| deps.parent()).unwrap().to_owned()
}

/// The first caller of this run does it, the others wait for it. A failure is tried again by the next.
pub fn once_per_run(name: &str, what: impl FnOnce()) {
    let path = folder().join(format!("{name}.run"));
    let mut file = File::options().create(true).truncate(false).read(true).write(true).open(path).unwrap();
    file.lock().unwrap();
    let mut done = String::new();
    file.read_to_string(&mut done).unwrap();
    let run = run();
    if done != run {
        what();
        file.set_len(0).unwrap();
        file.rewind().unwrap();
        file.write_all(run.as_bytes()).unwrap();
    }
}

/// nextest numbers its runs; of `cargo test` the process that runs the test binaries is one run.
fn run() -> String {
    std::env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| {
        let parent = std::os::unix::process::parent_id();
        crate::process::identity(parent).unwrap_or_else(|| parent.to_string())
    })
}
