//! Whole outputs: `fixtures/explain/words.txt` (a word a line) against `words.out`, each `pasted/x.txt` against `x.out`,
//! the list against `list.out`. `BLESS=1` writes the answers; read the difference then.

use explain::{look_up, print, print_list, print_scanned, scan};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/explain")
}

#[track_caller]
fn compare(file: &Path, found: &str) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(file, found).expect("the answer can be written");
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    assert!(found == expected, "{} differs (BLESS=1 accepts)\n---- found\n{found}", file.display());
}

#[test]
fn words() {
    let words = std::fs::read_to_string(folder().join("words.txt")).expect("words.txt");
    let answers = words.lines().map(|word| match look_up(word) {
        Ok(answer) => format!("$ explain '{word}'\n{}\n", print(&answer)),
        Err(near) => format!("$ explain '{word}'\nunknown; near: {near:?}\n"),
    });
    compare(&folder().join("words.out"), &answers.collect::<Vec<_>>().join("\n"));
}

#[test]
fn pasted_text() {
    let files = std::fs::read_dir(folder().join("pasted")).expect("pasted").map(|file| file.expect("a file").path());
    let mut texts: Vec<PathBuf> = files.filter(|file| file.extension().is_some_and(|it| it == "txt")).collect();
    texts.sort();
    assert!(texts.len() > 5, "no cases");
    for file in texts {
        let scanned = scan(&std::fs::read_to_string(&file).expect("a text"));
        let unknown = scanned.unknown.iter().map(|code| format!("not known here: {code}\n"));
        let found = format!("{}\n{}", print_scanned(&scanned), unknown.collect::<String>());
        compare(&file.with_extension("out"), &found);
    }
}

#[test]
fn the_list() {
    compare(&folder().join("list.out"), &(print_list() + "\n"));
}

/// The document of `-o json`.
#[test]
fn an_entry_as_json() {
    let answer = look_up("408").expect("408 is known");
    let found = serde_json::to_string_pretty(&answer).expect("an answer is JSON") + "\n";
    compare(&folder().join("408.json"), &found);
}

/// Whatever is pasted: no panic, and quickly.
#[test]
fn hostile_text_is_just_text() {
    for text in ["", "\u{1b}", "\u{1b}[", "\\", "\\u", "{\"code\": \"", "\u{0}\u{ffff}", "status 999"] {
        assert_eq!(scan(text).found, vec![], "{text:?}");
    }
    scan(&"0/1 nodes (((( \"code\": \"".repeat(4_000));
}
