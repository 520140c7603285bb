//! Memory that runs out for real, in a container that has 200 MiB.

use dsl::{json, on_docker};

on_docker! {
    fn a_worker_is_killed_and_the_instance_lives_on(home) {
        let project = home.project("memory");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        let memory = project.running();
        memory.score(json!({"eat": 400})).is(502);
        up.says("error[PodOutOfMemory]: blue/0: a process in the container was killed: memory ran out");
        up.says("= memory: peak 200 MiB, limit 200 MiB");
        memory.score(json!({})).is(200).says(json!({"held": 0}));
        assert_eq!(memory.status().pointer("/emulators/0/endpoints/0/deployments/0/instances/0/restarts"), Some(&json!(0)));
    }

    fn a_worker_is_killed_while_it_starts(home) {
        home.project("memory").up(["--set", "environment_variables.EAT=400"]).exits(6).like("memory-init");
    }

    /// With the application loaded before the workers are made, the container's own process takes it.
    fn the_container_is_killed(home) {
        let eats = ["--set", "environment_variables.EAT=400", "--env", "GUNICORN_CMD_ARGS=--preload"];
        home.project("memory").up(eats).exits(6).like("memory-container");
    }

    fn without_limits_it_fits(home) {
        let words = ["--set", "environment_variables.EAT=400", "--sku-limits", "off"];
        home.project("memory").serves(words).score(json!({})).is(200).says(json!({"held": 400}));
    }
}
