//! `up` without `-d`.

use dsl::{json, on_both_engines};

on_both_engines! {
    fn ctrl_c_answers_what_is_in_flight_and_leaves_nothing(home) {
        let project = home.project("scripted");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        let scripted = project.running();
        let mut request = scripted.request().json(json!({"stream": 15, "every": 0.1})).begin();
        request.head().is(200);
        up.process().interrupt();
        up.says("stopping");
        assert!(request.answer().body.ends_with(b"chunk 14\n"), "it was cut off");
        up.ends().exits(130).without_logs().like("foreground");
        project.left_nothing();
    }

    fn a_second_ctrl_c_ends_at_once(home) {
        let project = home.project("scripted");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        let mut request = project.running().request().json(json!({"stream": 300, "every": 0.1})).begin();
        request.head().is(200);
        up.process().interrupt();
        up.says("stopping");
        up.process().interrupt();
        up.ends().exits(130);
        project.run(["down"]).succeeds();
        project.left_nothing();
    }

    fn terminated_is_143(home) {
        let project = home.project("scripted");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        up.process().terminate();
        up.ends().exits(143);
        project.left_nothing();
    }

    fn ctrl_c_while_it_starts_leaves_nothing(home) {
        let project = home.project("init-hangs");
        let mut up = project.foreground(["up", "--set", "liveness_probe.initial_delay=60"]);
        up.says("init: waiting for something that never comes");
        up.process().interrupt();
        up.ends().exits(130);
        project.left_nothing();
    }

    fn ctrl_c_of_a_detached_up_leaves_nothing(home) {
        let project = home.project("init-hangs");
        let mut up = project.foreground(["up", "-d"]);
        up.says("starts");
        up.process().interrupt();
        up.ends().exits(130);
        project.left_nothing();
    }

    fn ctrl_c_from_the_first_line_on_leaves_nothing(home) {
        let project = home.project("init-hangs");
        for words in [["up", "."], ["up", "-d"]] {
            let mut up = project.foreground(words);
            up.says("EndpointImplied");
            up.process().interrupt();
            up.ends().exits(130);
            project.left_nothing();
        }
    }

    fn down_ends_a_foreground_up(home) {
        let project = home.project("scripted");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        project.run(["down"]).succeeds();
        up.ends().exits(0);
        project.left_nothing();
    }

    fn logs_follow_what_comes(home) {
        let scripted = home.project("scripted").serves([]);
        let mut logs = scripted.foreground(["logs", "-f", "-n", "blue"]);
        logs.says("init: deployment blue");
        scripted.score(json!({"print": "a line of the user's"})).is(200);
        logs.says("a line of the user's");
        scripted.run(["down"]).succeeds();
        logs.ends().exits(0);
    }
}
