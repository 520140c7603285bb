//! Expected outputs as files, one for each stream.

use crate::Output;
use crate::normalise::{in_order, normalise};
use std::path::PathBuf;

#[track_caller]
pub fn compare(output: &Output, name: &str) {
    compare_streams(name, output, normalise(&output.stderr, &output.home));
}

/// Of several deployments each says when it is ready: stderr in the order of the alphabet.
#[track_caller]
pub fn compare_in_any_order(output: &Output, name: &str) {
    compare_streams(name, output, in_order(&normalise(&output.stderr, &output.home)));
}

#[track_caller]
fn compare_streams(name: &str, output: &Output, stderr: String) {
    for (stream, printed) in [("stdout", normalise(&output.stdout, &output.home)), ("stderr", stderr)] {
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
