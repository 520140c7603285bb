//! Files that change while somebody sits there: `up` on a terminal.

use crate::reload::{PATIENT, code, says};
use dsl::on_processes;

on_processes! {
    fn on_a_terminal_the_files_are_followed(home) {
        let project = home.project("scripted");
        project.write("src/score.py", &code(0));
        let mut up = project.terminal(&["up", "--set", PATIENT]);
        up.says("follows the files; Ctrl-C stops it");
        project.write("src/score.py", &code(1));
        up.says_like(r"blue: reloaded in \d+ ms \(src/score\.py\)");
        says(&project.running(), 1);
        up.types("\u{3}");
        up.ends().exits(130);
        project.left_nothing();
    }

    fn on_a_terminal_they_are_not_where_that_is_said(home) {
        let project = home.project("scripted");
        let mut up = project.terminal(&["up", "--no-watch", "--set", PATIENT]);
        up.says("Ctrl-C stops it");
        up.types("\u{3}");
        up.ends().exits(130).hides("follows");
        project.left_nothing();
    }

    fn on_the_terminal_of_a_pipeline_they_are_not(home) {
        let project = home.project("scripted");
        let mut up = project.terminal_with([("CI", "true")], &["up", "--set", PATIENT]);
        up.says("Ctrl-C stops it");
        up.types("\u{3}");
        up.ends().exits(130).hides("follows");
        project.left_nothing();
    }
}
