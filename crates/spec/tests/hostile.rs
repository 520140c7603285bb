//! Files that nobody wrote on purpose: no panic, no hang, an answer.

use spec::{LoadRequest, load};
use std::path::Path;
use std::time::{Duration, Instant};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/spec");

/// One file in a folder of its own: accepted or not, and how long it took.
fn answer(text: &[u8]) -> (bool, Duration) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("deployment.yml");
    std::fs::write(&path, text).expect("the file can be written");
    let start = Instant::now();
    let accepted = load(&LoadRequest { path, ..LoadRequest::default() }).is_ok();
    (accepted, start.elapsed())
}

#[test]
fn what_is_too_deep_too_many_or_too_large_is_refused() {
    let texts: Vec<Vec<u8>> = vec![
        b"[".repeat(1_000_000),
        b"{a: ".repeat(100_000),
        b"- ".repeat(100_000),
        "? ".repeat(50_000).into_bytes(),
        doubling(40).into_bytes(),
        format!("endpoint_name: {}\n", "x".repeat(10_000_000)).into_bytes(),
        "a: 1\n".repeat(400_000).into_bytes(),
        vec![0xff; 1_000_000],
        vec![0; 100_000],
        "? \n".repeat(200_000).into_bytes(),
        format!("{{{}", "? , ".repeat(100_000)).into_bytes(),
        format!("endpoint_name: {}", "&a ".repeat(100_000)).into_bytes(),
    ];
    for text in texts {
        let (accepted, took) = answer(&text);
        assert!(took < Duration::from_secs(20), "{took:?}: {}", String::from_utf8_lossy(&text[..20]));
        assert!(!accepted, "{}", String::from_utf8_lossy(&text[..20]));
    }
}

/// Every line twice the one before: 2 to the power of `lines` values when expanded.
fn doubling(lines: usize) -> String {
    let below = (1..lines).map(|line| format!("k{line}: &k{line} [*k{0}, *k{0}]\n", line - 1));
    format!("endpoint_name: x\nk0: &k0 [x, x]\n{}", below.collect::<String>())
}

#[test]
fn files_with_random_changes_get_an_answer() {
    let mut random = fastrand::Rng::with_seed(20_261_122);
    let texts: Vec<Vec<u8>> = yaml_files(Path::new(FIXTURES));
    let mut accepted = 0;
    for _ in 0..1500 {
        let mut text = texts[random.usize(..texts.len())].clone();
        for _ in 0..random.usize(1..4) {
            change(&mut text, &mut random);
        }
        accepted += usize::from(answer(&text).0);
    }
    assert!(accepted > 50 && accepted < 1450, "the changes do not bite: {accepted} of 1500 accepted");
}

fn yaml_files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder).expect("fixtures/spec can be listed");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut paths: Vec<_> = paths.filter(|path| path.extension().is_some_and(|it| it == "yml")).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a fixture")).collect()
}

fn change(text: &mut Vec<u8>, random: &mut fastrand::Rng) {
    let at = random.usize(..=text.len());
    match random.u8(..4) {
        0 if at < text.len() => {
            text.remove(at);
        }
        1 => text.insert(at, *random.choice(b"{}[]:-&*!|>'\"%@`#,? \n\t\\~<\xff\0").expect("not empty")),
        2 => text.truncate(at),
        _ => {
            let from = random.usize(..=at);
            let piece = text[from..at].to_vec();
            text.splice(at..at, piece);
        }
    }
}

/// Issue 3 asks for 50 ms in a release build; a debug build gets ten times that.
#[test]
fn a_hundred_kilobytes_load_at_once() {
    let variables: String =
        (0..2500).map(|number| format!("  VARIABLE_{number}: \"the value number {number}\"\n")).collect();
    let head =
        "name: blue\nendpoint_name: my-endpoint\ninstance_type: Standard_DS3_v2\nenvironment:\n  image: busybox\n";
    let (accepted, took) = answer(format!("{head}environment_variables:\n{variables}").as_bytes());
    assert!(accepted && took < Duration::from_millis(500), "{accepted}, {took:?}");
}
