//! Colours: on a terminal, and nowhere else. A NO_COLOR that is empty is none (no-color.org).

use dsl::{Output, Project, on_processes};
use regex::Regex;

const COLOUR: &str = r"\x1b\[[0-9;]*m";

fn on_a_terminal(project: &Project, no_color: &str, words: &[&str]) -> Output {
    let mut output = project.terminal_with([("NO_COLOR", no_color)], words).ends();
    output.stdout = output.stdout.replace("\r\n", "\n");
    output
}

fn colour() -> Regex {
    Regex::new(COLOUR).unwrap()
}

#[track_caller]
fn has_none(output: &Output) {
    assert!([&output.stdout, &output.stderr].iter().all(|text| !colour().is_match(text)), "{output:?}");
}

on_processes! {
    fn check_is_coloured_on_a_terminal_alone(home) {
        let project = home.project("no-init");
        let coloured = on_a_terminal(&project, "", &["check"]).exits(1).like_on_any_engine("check-coloured");
        let plain = on_a_terminal(&project, "1", &["check"]).exits(1);
        assert_eq!(plain.stdout, colour().replace_all(&coloured.stdout, ""));
        project.with([("NO_COLOR", "")], ["check"]).exits(1).like_on_any_engine("check-no-init");
    }

    fn a_failed_start_is_coloured_on_a_terminal_alone(home) {
        let project = home.project("init-raises");
        let coloured = on_a_terminal(&project, "", &["up", "-d"]).exits(6);
        assert!(Regex::new(&format!("{COLOUR}error")).unwrap().is_match(&coloured.stdout), "{coloured:?}");
        has_none(&on_a_terminal(&project, "1", &["up", "-d"]).exits(6));
        has_none(&project.with([("NO_COLOR", "")], ["up", "-d"]).exits(6));
        project.left_nothing();
    }
}
