//! Faults on purpose: what is seen of each while it lasts, and that it ends.

use dsl::{Foreground, Project, json, on_both_engines, on_docker, on_processes};

const SHORT: [&str; 2] = ["--set", "request_settings.request_timeout_ms=1000"];
/// Probes that begin tomorrow: whatever the machine does, none fails.
const UNPROBED: [&str; 4] =
    ["--set", "liveness_probe.initial_delay=86400", "--set", "readiness_probe.initial_delay=86400"];

fn up(project: &Project, words: &[&str]) -> Foreground {
    let mut up = project.foreground_words(&[&["up"], words].concat());
    up.says("Ctrl-C stops it");
    up
}

fn ends(mut up: Foreground, project: &Project, name: &str) {
    up.process().interrupt();
    up.says("stopping");
    up.ends().exits(130).without_logs().like(name);
    project.left_nothing();
}

on_both_engines! {
    /// Killed twice: at once, then after 10 s of back-off, ten times faster.
    fn a_kill_is_a_crash_and_is_restarted(home) {
        let project = home.project("scripted");
        let mut up = up(&project, &[&["--time-scale", "10"], &UNPROBED[..]].concat());
        project.run(["chaos", "kill", "--for", "1m"]).succeeds().like("chaos-kill");
        up.says("has ended: blue/0 is ready again");
        project.run(["chaos", "kill"]).succeeds();
        up.says("restart 2 in 1 s");
        project.run(["chaos", "stop", "kill-2"]).succeeds().like("chaos-kill-stop");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        ends(up, &project, "chaos-kill-up");
    }

    /// A request that is in it runs into its timeout; who is resumed serves on.
    fn who_hangs_answers_408_until_it_ends(home) {
        let project = home.project("scripted");
        let mut up = up(&project, &[&SHORT[..], &UNPROBED].concat());
        project.run(["chaos", "hang", "--for", "15s"]).succeeds().like("chaos-hang");
        project.run(["status"]).succeeds().prints(" chaos: hang-1 freezes blue/0, ");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).exits(1).like("chaos-hang-invoke");
        up.says("chaos hang-1 has ended: its time is over");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        let restarts = project.running().status().pointer("/emulators/0/endpoints/0/deployments/0/instances/0/restarts").cloned();
        assert_eq!(restarts, Some(json!(0)));
        ends(up, &project, "chaos-hang-up");
    }

    fn who_hangs_too_long_is_killed_by_its_liveness_probe(home) {
        let project = home.project("scripted");
        let mut up = up(&project, &["--time-scale", "100", "--set", "liveness_probe.initial_delay=3000", "--set", "liveness_probe.period=30", "--set", "liveness_probe.failure_threshold=3", "--set", "readiness_probe.initial_delay=86400"]);
        project.run(["chaos", "hang", "--for", "1m"]).succeeds();
        up.says("Killing Container inference-server failed liveness probe, will be restarted");
        up.says("chaos hang-1 has ended: blue/0 was restarted");
        up.says("blue/0: ready again");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        up.process().interrupt();
        up.ends().exits(130).tells("= injected: by local-endpoint chaos (hang-1), not by Azure and not by the model");
        project.left_nothing();
    }

    /// Every second request: the first passes, the second is held back beyond its timeout.
    fn who_is_slow_counts_against_the_timeout(home) {
        let project = home.project("scripted");
        let mut up = up(&project, &[&SHORT[..], &UNPROBED].concat());
        let slow = ["chaos", "slow", "--delay", "3s", "--share", "every 2nd", "--for", "1m", "--seed", "7", "-o", "json"];
        project.run(slow).succeeds().like("chaos-slow");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        project.run(["invoke", "--data", "{\"echo\": 2}"]).exits(1).like("chaos-slow-invoke");
        project.run(["chaos"]).succeeds().like("chaos-slow-list");
        project.run(["chaos", "-o", "json"]).succeeds().like("chaos-slow-list-document");
        project.run(["status"]).succeeds().prints(" chaos: slow-1 holds back every 2nd request to blue by 3000 ms, ");
        project.run(["chaos", "stop", "slow-1", "-o", "json"]).succeeds().like("chaos-slow-stop");
        project.run(["chaos", "stop", "slow-1"]).succeeds().like("chaos-stop-again");
        up.says("2 requests were hit");
        project.run(["invoke", "--data", "{\"echo\": 3}"]).succeeds();
        project.run(["chaos"]).succeeds().like("chaos-none");
        ends(up, &project, "chaos-slow-up");
        let log = project.run(["logs", "--traffic", "-o", "json"]).succeeds().stdout;
        let injected: Vec<_> = log.lines().map(|line| line.contains("\"ResponseCode\":408") && line.contains("\"Injected\":\"slow-1\"")).collect();
        assert_eq!(injected, [false, true, false], "{log}");
    }

    /// The container has worked, and nobody hears of it: the connection ends without a byte.
    fn an_answer_that_is_dropped_is_lost(home) {
        let project = home.project("scripted");
        let mut up = up(&project, &UNPROBED);
        project.run(["chaos", "drop", "--for", "20s"]).succeeds().like("chaos-drop");
        project.run(["invoke", "--data", "{\"print\": \"it has worked\"}"]).exits(1).like("chaos-drop-invoke");
        up.says("it has worked");
        assert_eq!(project.running().request().json(json!({"echo": 1})).try_send(), None);
        project.run(["chaos", "stop"]).succeeds().like("chaos-drop-stop");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        ends(up, &project, "chaos-drop-up");
        let log = project.run(["logs", "--traffic", "-o", "json"]).succeeds().stdout;
        let lost = |line: &&str| line.contains("\"ResponseCode\":0") && line.contains("\"ModelStatusCode\":200") && line.contains("\"Injected\":\"drop-1\"");
        assert_eq!(log.lines().filter(lost).count(), 2, "{log}");
    }

    fn a_readiness_probe_that_fails_takes_the_instance_out_and_back(home) {
        let project = home.project("scripted");
        let mut up = up(&project, &["--time-scale", "100", "--set", "readiness_probe.initial_delay=3000", "--set", "readiness_probe.period=100", "--set", "readiness_probe.failure_threshold=2", "--set", "liveness_probe.initial_delay=86400"]);
        project.run(["chaos", "probe-fail", "--probe", "readiness", "--for", "1m"]).succeeds().like("chaos-probe-fail");
        up.says("Readiness probe failed: injected by local-endpoint chaos (probe-fail-1), not by Azure and not by the model");
        up.says("blue/0: unready, gets no more requests");
        project.run(["invoke", "--data", "{}"]).exits(1).like("chaos-probe-fail-invoke");
        project.run(["chaos", "stop"]).succeeds();
        up.says("blue/0: ready again");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        up.process().interrupt();
        up.ends().exits(130).tells("note[ChaosEnded]: chaos probe-fail-1 has ended: it was stopped");
        project.left_nothing();
    }

    fn a_liveness_probe_that_fails_restarts_the_instance(home) {
        let project = home.project("scripted");
        let mut up = up(&project, &["--time-scale", "100", "--set", "liveness_probe.initial_delay=3000", "--set", "liveness_probe.period=100", "--set", "liveness_probe.failure_threshold=2", "--set", "readiness_probe.initial_delay=86400"]);
        project.run(["chaos", "probe-fail", "--probe", "liveness", "--for", "1m"]).succeeds();
        up.says("Killing Container inference-server failed liveness probe, will be restarted");
        project.run(["chaos", "stop"]).succeeds();
        up.says("blue/0: ready again");
        up.process().interrupt();
        up.ends().exits(130).tells("= probe: injected by local-endpoint chaos (probe-fail-1), not by Azure and not by the model");
        project.left_nothing();
    }

    /// An update ends what lasts, and so does a `down`: nobody has to know that an instance stands still.
    fn a_change_and_an_end_undo_it(home) {
        let project = home.project("scripted");
        let mut up = up(&project, &[]);
        project.run(["chaos", "hang", "--for", "5m"]).succeeds();
        project.edit("deployment.yml", "DEPLOYMENT: blue", "DEPLOYMENT: bluer");
        project.up([]).succeeds();
        up.says("chaos hang-1 has ended: the deployment changes");
        project.run(["invoke", "--data", "{\"env\": \"DEPLOYMENT\"}"]).succeeds().prints("bluer");
        project.run(["chaos", "hang", "--for", "5m"]).succeeds();
        project.run(["down"]).succeeds();
        up.says("chaos hang-2 has ended: the endpoint is taken down");
        up.ends().exits(0);
        project.left_nothing();
    }

    fn ctrl_c_undoes_it(home) {
        let project = home.project("scripted");
        let up = up(&project, &[]);
        project.run(["chaos", "hang", "--for", "5m"]).succeeds();
        up.process().interrupt();
        up.ends().exits(130).tells("chaos hang-1 has ended: the endpoint is taken down");
        project.left_nothing();
    }

    fn what_cannot_be_broken_is_said(home) {
        let two = home.project("two-deployments").serves([]);
        let refused = |words: &[&str], code: i32, name: &str| {
            let words: Vec<_> = std::iter::once("chaos").chain(words.iter().copied()).collect();
            two.words(&words).exits(code).like_on_any_engine(&format!("chaos-refused-{name}"));
        };
        refused(&["kill"], 2, "ambiguous");
        refused(&["slow", "-n", "gren"], 3, "unknown-deployment");
        refused(&["slow", "-n", "nobody-of-this-name"], 3, "no-such-deployment");
        refused(&["slow", "-e", "nobody"], 3, "no-such-endpoint");
        refused(&["kill", "-n", "blue", "--instance", "7"], 3, "no-such-instance");
        refused(&["slow", "-n", "blue", "--for", "11m"], 2, "too-long");
        refused(&["slow", "-n", "blue", "--for", "0s"], 2, "no-time");
        refused(&["slow", "-n", "blue", "--share", "110%"], 2, "share");
        refused(&["kill", "-n", "blue", "--share", "10%"], 2, "share-of-a-kill");
        refused(&["crash"], 2, "unknown-kind");
        refused(&["stop", "slow-9"], 3, "unknown-id");
        two.run(["chaos", "slow", "-n", "blue", "--for", "5m"]).succeeds();
        two.run(["chaos", "slow", "-n", "green", "--for", "5m"]).succeeds();
        refused(&["slow", "-n", "blue", "--instance", "0"], 1, "active");
        two.run(["chaos", "stop"]).succeeds();
    }
}

on_docker! {
    fn memory_runs_out_on_purpose(home) {
        let project = home.project("scripted");
        let mut up = up(&project, &UNPROBED);
        project.run(["chaos", "oom"]).succeeds().like("chaos-oom");
        up.says("chaos oom-1 has ended: blue/0 is ready again");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        ends(up, &project, "chaos-oom-up");
    }
}

on_processes! {
    fn a_process_has_no_memory_limit(home) {
        let scripted = home.project("scripted").serves([]);
        scripted.run(["chaos", "oom"]).exits(4).like("chaos-oom");
        scripted.score(json!({"echo": 1})).is(200);
    }

    fn without_an_endpoint_nothing_can_be_broken(home) {
        let empty = home.empty_folder();
        empty.run(["chaos", "kill"]).exits(3).like_on_any_engine("chaos-nothing-runs");
        empty.run(["chaos", "--help"]).succeeds().like_on_any_engine("chaos-help");
        empty.run(["chaos", "slow", "--help"]).succeeds().like_on_any_engine("chaos-slow-help");
    }
}
