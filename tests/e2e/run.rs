//! `run`: a command beside an endpoint.

use dsl::{on_both_engines, on_processes};

const ASKS_AND_FAILS: &str = "local-endpoint invoke --data '{\"raise\": \"no\"}' >&2 2>/dev/null; exit 3";

on_both_engines! {
    fn a_command_that_succeeds_has_stdout_for_itself(home) {
        let project = home.project("scripted");
        let asks = "local-endpoint invoke --data '{\"echo\": 1}'; echo; echo $LOCAL_ENDPOINT_NAME ${LOCAL_ENDPOINT_KEY:+has a key}";
        project.run(["run", "--", "sh", "-c", asks]).succeeds().like("run");
        project.left_nothing();
    }

    fn a_command_that_fails_is_told_what_happened(home) {
        let project = home.project("scripted");
        project.run(["run", "--summary", "told.md", "--", "sh", "-c", ASKS_AND_FAILS]).exits(3).like("run-failed");
        let summary = project.read("told.md");
        assert!(summary.contains("| blue | 1 | 424 (500): 1 | "), "{summary}");
        project.left_nothing();
    }

    fn an_interrupted_command_leaves_nothing(home) {
        let project = home.project("scripted");
        let mut run = project.foreground(["run", "--", "sh", "-c", "echo it runs >&2; exec sleep 600"]);
        run.says("it runs");
        run.process().interrupt();
        run.ends().exits(130);
        project.left_nothing();
    }
}

on_processes! {
    fn a_start_that_fails_starts_no_command(home) {
        let project = home.project("init-raises");
        let output = project.run(["run", "--", "echo", "not to be seen"]).exits(6);
        output.hides("not to be seen");
        project.left_nothing();
    }

    fn a_command_that_is_not_there_is_2(home) {
        let project = home.project("scripted");
        project.run(["run", "--", "no-such-command"]).exits(2).like("run-no-command");
        project.run(["run", "-d", "--", "true"]).exits(2).tells("cannot be used with");
        project.run(["run"]).exits(2).tells("<COMMAND>...");
        project.left_nothing();
    }

    fn what_served_before_serves_on(home) {
        let project = home.project("scripted");
        project.serves([]);
        let output = project.run(["run", "--", "local-endpoint", "invoke", "--data", "{\"echo\": 1}"]).succeeds();
        output.prints("{\"echo\": 1}");
        project.run(["invoke", "--data", "{\"echo\": 2}"]).succeeds();
    }
}
