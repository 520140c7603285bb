//! Expected outputs as files, one for each stream.

use crate::Output;
use crate::normalise::normalise;
use std::path::PathBuf;

#[track_caller]
pub fn compare(output: &Output, name: &str) {
    let streams = [("stdout", &output.stdout), ("stderr", &output.stderr)];
    for (stream, printed) in streams {
        let printed = normalise(printed, &output.home);
        let path = file(name, stream);
        if std::env::var_os("BLESS").is_some() {
            bless(&path, &printed);
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            printed == expected,
            "{stream} is not as in {}\n--- expected\n{expected}\n--- printed\n{printed}\n--- of\n{output:?}",
            path.display()
        );
    }
}

fn file(name: &str, stream: &str) -> PathBuf {
    crate::project::repository().join("fixtures/e2e").join(format!("{name}.{stream}"))
}

fn bless(path: &PathBuf, printed: &str) {
    if printed.is_empty() {
        let _ = std::fs::remove_file(path);
    } else {
        std::fs::write(path, printed).unwrap();
    }
}
