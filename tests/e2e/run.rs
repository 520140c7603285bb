//! `run`: a command beside an endpoint.

use dsl::{on_both_engines, on_docker, on_processes};

const ASKS_AND_FAILS: &str = "local-endpoint invoke --data '{\"raise\": \"no\"}' >&2 2>/dev/null; exit 3";

/// Nothing but the standard library, as any language would do it.
const SUITE: &str = r#"
import json, os, unittest, urllib.request

def score(body):
    headers = {"Authorization": f"Bearer {os.environ['LOCAL_ENDPOINT_KEY']}", "Content-Type": "application/json"}
    request = urllib.request.Request(os.environ["LOCAL_ENDPOINT_SCORING_URI"], json.dumps(body).encode(), headers)
    return json.load(urllib.request.urlopen(request))

class Passes(unittest.TestCase):
    def test_echo(self):
        self.assertEqual(score({"echo": 1}), {"echo": 1})

class Fails(Passes):
    def test_status(self):
        score({"status": 503})
"#;

const STAYS: &str = r#"
import signal
signal.signal(signal.SIGINT, lambda *_: print("not yet"))
print("it runs")
while True:
    signal.pause()
"#;

on_both_engines! {
    fn a_suite_that_passes_and_one_that_fails(home) {
        let project = home.project("scripted");
        project.write("suite.py", SUITE);
        let suite = |which| ["run", "--summary", "told.md", "--", "python3", "-m", "unittest", "-q", which];
        project.run(suite("suite.Passes")).succeeds().like("run-suite-passed");
        project.left_nothing();
        project.run(suite("suite.Fails")).exits(1).tells("urllib.error.HTTPError: HTTP Error 424").tells(
            "its requests, the last 2 of 2:\n",
        );
        let told = project.read("told.md");
        assert!(told.contains("### `python3 -m unittest -q suite.Passes` ended with 0\n"), "{told}");
        assert!(told.contains("### `python3 -m unittest -q suite.Fails` ended with 1\n"), "{told}");
        assert!(told.contains("| blue | 2 | 200: 1, 424 (503): 1 | "), "{told}");
        project.left_nothing();
    }

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
        let mut run = project.foreground(["run", "--", "sh", "-c", "echo it runs >&2; sleep 600; true"]);
        run.says("it runs");
        run.process().interrupt();
        run.ends().exits(130);
        project.left_nothing();
    }

    fn an_interrupt_while_it_takes_down_leaves_nothing(home) {
        let project = home.project("scripted");
        // It is not down before this request is answered.
        let asks = "local-endpoint invoke --data '{\"sleep\": 3}' >&2 2>/dev/null & exit 3";
        let mut run = project.foreground(["run", "--", "sh", "-c", asks]);
        run.says("ended with 3");
        run.process().interrupt();
        run.ends().exits(130);
        project.left_nothing();
    }
}

on_docker! {
    fn the_summary_has_the_memory_that_was_used(home) {
        let project = home.project("memory");
        let eats = "local-endpoint invoke --data '{\"eat\": 60}'";
        project.run(["run", "--summary", "told.md", "--", "sh", "-c", eats]).succeeds();
        let told = project.read("told.md");
        let used = told.split(" MiB of 200 MiB |").next().and_then(|text| text.rsplit(' ').next()).and_then(|it| it.parse().ok());
        assert!(used.is_some_and(|used: u32| (60..200).contains(&used)), "{told}");
    }
}

on_processes! {
    fn a_command_that_stays_is_ended_by_the_second_ctrl_c(home) {
        let project = home.project("scripted");
        let mut run = project.foreground(["run", "--", "python3", "-u", "-c", STAYS]);
        run.says("it runs");
        run.process().interrupt();
        run.says("not yet");
        run.process().interrupt();
        run.ends().exits(130);
        project.left_nothing();
    }

    fn ctrl_c_on_a_terminal_reaches_the_command_once(home) {
        let project = home.project("scripted");
        // In one piece, so that no echo of a second ^C gets into it.
        let counts = STAYS.replace("print(\"not yet\")", "__import__(\"os\").write(1, b\"met\\n\")");
        let mut run = project.terminal(&["run", "--", "python3", "-u", "-c", &counts]);
        run.says("it runs");
        run.types("\u{3}");
        run.says("met");
        run.types("\u{3}");
        let output = run.ends().exits(130);
        let met = output.stdout.matches("met\r\n").count();
        assert!((1..=2).contains(&met), "{}", output.stdout);
        project.left_nothing();
    }

    fn a_run_that_is_terminated_is_143(home) {
        let project = home.project("scripted");
        let mut run = project.foreground(["run", "--", "sh", "-c", "echo it runs >&2; sleep 600; true"]);
        run.says("it runs");
        run.process().terminate();
        run.ends().exits(143);
        project.left_nothing();
    }

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

    fn a_summary_that_cannot_be_written_is_told_before_anything_starts(home) {
        let project = home.project("scripted");
        let output = project.run(["run", "--summary", "nowhere/told.md", "--", "sh", "-c", "echo not to be seen; exit 3"]);
        output.exits(1).like("run-summary-nowhere");
        project.left_nothing();
    }

    fn an_endpoint_that_its_command_took_down_leaves_the_code_to_the_command(home) {
        let project = home.project("scripted");
        let ends = "local-endpoint down 2>/dev/null; exit 3";
        project.run(["run", "--summary", "told.md", "--", "sh", "-c", ends]).exits(3).tells("error[");
        project.run(["run", "--", "sh", "-c", &ends.replace('3', "0")]).exits(0).tells("error[");
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
