//! What a person who waits is told. When and in which words: crates/cli/src/steps.rs.

use dsl::{on_both_engines, on_processes};

/// What is left on the screen: lines that were drawn anew are gone.
fn screen(written: &str) -> String {
    let line = |line: &str| line.rsplit("\u{1b}[2K").next().unwrap_or_default().to_owned() + "\n";
    written.replace("\r\n", "\n").lines().map(line).collect()
}

on_both_engines! {
    fn a_terminal_shows_what_is_under_way(home) {
        let hello = home.example("hello");
        let mut up = hello.terminal(&["up", "-d"]).ends().exits(0);
        assert!(up.stdout.contains("\r\u{1b}[2Kblue: starting  0 s"), "{up:?}");
        up.stdout = screen(&up.stdout);
        up.like("progress-terminal");
    }
}

on_processes! {
    fn ctrl_c_leaves_the_terminal_as_it_was(home) {
        let project = home.project("init-hangs");
        let mut up = project.terminal(&["up", "--set", "liveness_probe.initial_delay=60"]);
        up.says_like(r"blue: starting  [1-9]\d* s");
        up.types("\u{3}");
        let written = up.ends().exits(130).stdout;
        assert!(written.ends_with('\n') || written.ends_with("\u{1b}[2K"), "a line is left: {written:?}");
        project.left_nothing();
    }

    fn without_a_terminal_something_is_heard_every_ten_seconds(home) {
        let project = home.project("init-hangs");
        let mut up = project.foreground(["up", "-d", "--set", "liveness_probe.initial_delay=60", "--set", "readiness_probe.initial_delay=60"]);
        let said = up.says("blue: still starting: ");
        let seconds = said.rsplit(' ').nth(1).and_then(|seconds| seconds.parse::<u64>().ok());
        assert!(seconds >= Some(10), "{said}");
        up.process().interrupt();
        up.ends().exits(130);
        project.left_nothing();
    }
}
