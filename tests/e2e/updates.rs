//! Deployments that change while they are asked.

use crate::azures_errors::LATE;
use dsl::{Endpoint, Engine, Load, Process, Value, json, on_both_engines, total};

/// Ten times faster, a second end is followed by a second of back-off; and on a busy machine no probe fails and no request
/// is timed out.
const UP: [&str; 8] = [
    "--time-scale",
    "10",
    "--set",
    "liveness_probe.initial_delay=86400",
    "--set",
    "readiness_probe.initial_delay=86400",
    "--set",
    "request_settings.request_timeout_ms=60000",
];

/// Where each request failed, by the log.
fn failed_at(scripted: &Endpoint) -> Vec<String> {
    let log = scripted.run(["logs", "--traffic", "-o", "json", "-l", "100000"]).succeeds().stdout;
    let lines = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["ResponseCode"] != 200).map(|line| line["InstanceId"].to_string()).collect()
}

/// Where the first instance is reached, which is elsewhere after any start.
fn first(scripted: &Endpoint) -> (Value, Value) {
    let status = scripted.status();
    let first = status.pointer("/emulators/0/endpoints/0/deployments/0/instances/0").unwrap();
    (first["name"].clone(), first["address"].clone())
}

on_both_engines! {
    /// Nobody is in an instance that ends between two requests, so nobody may fail. A request that runs may die with its
    /// instance, which runs one at a time.
    fn scaled_killed_and_updated_under_load_no_other_request_fails(home) {
        let project = home.project("scripted");
        project.edit("deployment.yml", "instance_count: 1", "instance_count: 3");
        let changes = |instances| project.words(&[&["up", "-d", "--instances", instances], &UP[..]].concat()).succeeds();
        let mut up = project.foreground_words(&[&["up", "--instances", "1"], &UP[..]].concat());
        up.says("Ctrl-C stops it");
        let scripted = project.running();
        let load = Load::of(&scripted.request().json(json!({"echo": 1})));
        load.goes_on_for(200);
        changes("3");
        for _ in 0..6 {
            load.goes_on_for(100);
            let held = load.held();
            scripted.loses_its_oldest_instance();
            drop(held);
            up.says(": ready again");
        }
        load.goes_on_for(200);
        assert_eq!(load.tally().len(), 1, "nobody was in them: {:?}", load.tally());
        scripted.loses_its_oldest_instance();
        let restarting = up.says(": restarting: ");
        up.says(": ready again");
        load.goes_on_for(200);
        project.edit("deployment.yml", "DEPLOYMENT: blue", "DEPLOYMENT: bluer");
        changes("3");
        load.goes_on_for(400);
        changes("1");
        load.goes_on_for(400);
        let tally = load.ends();
        assert!(total(&tally) >= 2000, "{tally:?}");
        scripted.score(json!({"env": "DEPLOYMENT"})).is(200).says(json!({"env": "bluer"}));
        up.process().interrupt();
        up.ends().exits(130);
        let failed = failed_at(&scripted);
        let (lost, _) = restarting.split_once(": ").unwrap();
        assert!(failed.len() <= 1 && failed.iter().all(|at| at.contains(lost)), "{lost} was lost: {failed:?}");
        project.left_nothing();
    }

    fn only_the_number_changes(home) {
        let scripted = home.project("scripted").serves([]);
        let before = first(&scripted);
        scripted.up(["--set", "instance_count=3"]).succeeds().like("scaled-out");
        scripted.up([]).succeeds().like("scaled-in");
        assert_eq!(first(&scripted), before);
    }

    fn settings_that_need_no_restart_are_applied(home) {
        let scripted = home.project("scripted").serves([]);
        let before = first(&scripted);
        scripted.request().json(json!({"sleep": 0.5})).send().is(200);
        scripted.up(["--set", "request_settings.request_timeout_ms=100"]).succeeds();
        scripted.request().json(json!({"sleep": 0.5})).send().is(408);
        scripted.up([]).succeeds();
        assert_eq!(first(&scripted), before);
    }

    fn a_failed_update_leaves_the_old_version_serving(home) {
        let scripted = home.project("scripted").serves(["--set", LATE]);
        let before = first(&scripted);
        scripted.edit("src/score.py", "    print(f\"init:", "    raise ValueError('no model')\n    print(f\"init:");
        scripted.up(["--set", LATE]).exits(6).like("update-failed");
        scripted.run(["status"]).succeeds().like("update-failed-status");
        assert_eq!(first(&scripted), before);
        // The former file: nothing is started, and nothing has failed any more.
        scripted.edit("src/score.py", "    raise ValueError('no model')\n", "");
        scripted.up(["--set", LATE]).succeeds();
    }

    /// The old version finishes what it runs, however long `up` has been done.
    fn a_request_that_runs_outlives_its_version(home) {
        let project = home.project("scripted");
        let scripted = project.serves(["--set", "request_settings.request_timeout_ms=60000"]);
        let old = scripted.instances();
        let running = scripted.request().json(json!({"sleep": 15, "env": "DEPLOYMENT"})).begin();
        project.edit("deployment.yml", "DEPLOYMENT: blue", "DEPLOYMENT: bluer");
        project.up(["--set", "request_settings.request_timeout_ms=60000"]).succeeds();
        scripted.score(json!({"env": "DEPLOYMENT"})).is(200).says(json!({"env": "bluer"}));
        running.answer().is(200).says(json!({"env": "blue"}));
        match home.engine() {
            Engine::Docker => drop(scripted.shell(&format!("docker wait {}", old[0]))),
            Engine::Process => old.iter().filter_map(|pid| Process::of(pid.parse().ok()?)).for_each(|it| it.ends()),
        }
    }
}
