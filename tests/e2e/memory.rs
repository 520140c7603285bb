//! Memory that runs out for real, in a container that has 200 MiB.

use dsl::{Output, Project, json, on_docker};

/// Whatever the machine does, no probe fails and no request is too slow.
const PATIENT: [&str; 6] = [
    "--set",
    "liveness_probe.initial_delay=86400",
    "--set",
    "readiness_probe.initial_delay=86400",
    "--set",
    "request_settings.request_timeout_ms=60000",
];

const LOG_TAIL: &str = "      | ";

fn patient(project: &Project, words: &[&str]) -> Output {
    project.words(&[words, &PATIENT[..]].concat())
}

on_docker! {
    fn a_worker_is_killed_and_the_instance_lives_on(home) {
        let project = home.project("memory");
        let mut up = project.foreground_words(&[&["up"], &PATIENT[..]].concat());
        up.says("Ctrl-C stops it");
        let memory = project.running();
        memory.score(json!({"eat": 400})).is(502);
        up.says("error[PodOutOfMemory]: blue/0: a process in the container was killed: memory ran out");
        up.says("= memory: peak 200 MiB, limit 200 MiB");
        memory.score(json!({})).is(200).says(json!({"held": 0}));
        assert_eq!(memory.status().pointer("/emulators/0/endpoints/0/deployments/0/instances/0/restarts"), Some(&json!(0)));
        up.process().interrupt();
        // How much the next worker has said by then is a race.
        up.ends().exits(130).without_logs().without(LOG_TAIL).like_in_any_order("memory-worker");
        project.left_nothing();
    }

    fn a_worker_is_killed_while_it_starts(home) {
        patient(&home.project("memory"), &["up", "-d", "--set", "environment_variables.EAT=400"]).exits(6).like("memory-init");
    }

    /// With the application loaded before the workers are made, the container's own process takes it.
    fn the_container_is_killed(home) {
        let eats = ["up", "-d", "--set", "environment_variables.EAT=400", "--env", "GUNICORN_CMD_ARGS=--preload"];
        patient(&home.project("memory"), &eats).exits(6).like("memory-container");
    }

    fn without_limits_it_fits(home) {
        let words = ["--set", "environment_variables.EAT=400", "--sku-limits", "off"];
        home.project("memory").serves(words).score(json!({})).is(200).says(json!({"held": 400}));
    }
}
