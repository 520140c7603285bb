//! Completions and man pages are made of the arguments: every verb is in them.

use std::process::{Command, Output};

fn run(words: &[&str]) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_local-endpoint")).args(words).output().expect("it starts");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// As `--help` lists them.
fn verbs() -> Vec<String> {
    let help = String::from_utf8(run(&["--help"]).stdout).expect("UTF-8");
    let (_, rest) = help.split_once("Commands:\n").expect("a list of commands");
    let lines = rest.lines().take_while(|line| !line.is_empty());
    lines
        .filter_map(|line| Some(line.strip_prefix("  ")?.split(' ').next()?.to_owned()))
        .filter(|it| !it.is_empty())
        .collect()
}

#[test]
fn every_shell_knows_every_verb() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish", "nushell"] {
        let script = String::from_utf8(run(&["completions", shell]).stdout).expect("UTF-8");
        let missing: Vec<_> = verbs().into_iter().filter(|verb| !script.contains(verb.as_str())).collect();
        assert_eq!(missing, Vec::<String>::new(), "{shell}");
    }
}

#[test]
fn bash_takes_its_completions() {
    let script = run(&["completions", "bash"]).stdout;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("completions");
    std::fs::write(&file, script).expect("written");
    let asked = format!(
        "source {}; COMP_WORDS=(local-endpoint sta); COMP_CWORD=1; _local__endpoint local-endpoint sta local-endpoint; echo \"${{COMPREPLY[@]}}\"",
        file.display()
    );
    let output = Command::new("bash").args(["-c", &asked]).output().expect("bash starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "status\n", "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn every_verb_has_a_man_page_with_its_examples() {
    let folder = tempfile::tempdir().expect("a folder");
    run(&["man", folder.path().to_str().expect("UTF-8")]);
    let page = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    assert!(page("local-endpoint.1").contains("local\\-endpoint\\-up(1)"));
    for verb in verbs() {
        assert!(page(&format!("local-endpoint-{verb}.1")).contains("Example"), "{verb}");
    }
    assert!(page("local-endpoint-images-save.1").contains(".TH"));
    let hidden = std::fs::read_dir(folder.path()).expect("pages").filter_map(Result::ok);
    assert!(hidden.into_iter().all(|it| !it.file_name().to_string_lossy().contains("get-logs")));
}
