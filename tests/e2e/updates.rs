//! Deployments that change while they are asked.

use dsl::{Endpoint, Engine, Load, Process, Value, json, on_both_engines, total};

/// Kills one instance as a machine would lose it.
fn lose_one(scripted: &Endpoint) {
    match scripted.home.engine() {
        Engine::Docker => drop(scripted.shell(&format!("docker kill {}", scripted.containers()[0])).succeeds()),
        Engine::Process => {
            let instances = scripted.emulator().children();
            let server = instances.iter().find(|child| child.command.contains("--entry_script"));
            server.expect("an instance runs").kill();
        }
    }
}

/// Where the first instance is reached, which is elsewhere after any start.
fn first(scripted: &Endpoint) -> (Value, Value) {
    let status = scripted.status();
    let first = status.pointer("/emulators/0/endpoints/0/deployments/0/instances/0").unwrap();
    (first["name"].clone(), first["address"].clone())
}

on_both_engines! {
    /// A running request may die with its instance: one instance runs one at a time.
    fn scaled_killed_and_updated_under_load_no_other_request_fails(home) {
        let project = home.project("scripted");
        project.edit("deployment.yml", "instance_count: 1", "instance_count: 3");
        let scripted = project.serves(["--instances", "1"]);
        let load = Load::of(&scripted.request().json(json!({"echo": 1})));
        load.goes_on_for(300);
        project.up(["--instances", "3"]).succeeds();
        load.goes_on_for(400);
        lose_one(&scripted);
        load.goes_on_for(400);
        project.edit("deployment.yml", "DEPLOYMENT: blue", "DEPLOYMENT: bluer");
        project.up(["--instances", "3"]).succeeds();
        load.goes_on_for(400);
        project.up(["--instances", "1"]).succeeds();
        load.goes_on_for(500);
        let tally = load.ends();
        let failed = total(&tally) - tally[&200];
        assert!(total(&tally) >= 2000 && failed <= 1, "{tally:?}");
        scripted.score(json!({"env": "DEPLOYMENT"})).is(200).says(json!({"env": "bluer"}));
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
        let scripted = home.project("scripted").serves([]);
        let before = first(&scripted);
        scripted.edit("src/score.py", "    print(f\"init:", "    raise ValueError('no model')\n    print(f\"init:");
        scripted.up([]).exits(6).like("update-failed");
        scripted.run(["status"]).succeeds().like("update-failed-status");
        assert_eq!(first(&scripted), before);
        // The former file: nothing is started, and nothing has failed any more.
        scripted.edit("src/score.py", "    raise ValueError('no model')\n", "");
        scripted.up([]).succeeds();
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
