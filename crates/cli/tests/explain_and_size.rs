//! The binary's words: each `x.args` of `fixtures/explain/cli` (one line, from the root of the repository; `x.stdin` is
//! pasted) against `x.out`: exit code, stdout, stderr. `BLESS=1` writes the answers; read the difference then.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn cases_say_what_is_written_beside_them() {
    let files = std::fs::read_dir(root().join("fixtures/explain/cli")).expect("the cases");
    let files = files.map(|file| file.expect("a file").path());
    let mut cases: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|it| it == "args")).collect();
    cases.sort();
    assert!(cases.len() > 10, "no cases");
    let wrong: Vec<String> = cases.iter().filter_map(|case| difference(case)).collect();
    assert!(wrong.is_empty(), "{} of {} differ (BLESS=1 accepts)\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn difference(case: &Path) -> Option<String> {
    let output = run(case);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let code = output.status.code().expect("it ends by itself");
    let found = format!("exit {code}\n---- stdout\n{}---- stderr\n{}", text(&output.stdout), text(&output.stderr));
    let file = case.with_extension("out");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, &found).expect("the answer can be written");
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    (found != expected).then(|| format!("==== {}\n---- found\n{found}", file.display()))
}

fn run(case: &Path) -> Output {
    let args = std::fs::read_to_string(case).expect("arguments");
    let pasted = std::fs::read(case.with_extension("stdin")).unwrap_or_default();
    let mut child = Command::new(env!("CARGO_BIN_EXE_local-endpoint"))
        .args(args.split_whitespace())
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    // One that does not read closes the pipe.
    let _ = child.stdin.take().expect("a pipe").write_all(&pasted);
    child.wait_with_output().expect("it ends")
}
