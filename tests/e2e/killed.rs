//! `kill -9` of the emulator under load.

use dsl::{Endpoint, Home, Load, json, on_both_engines, on_docker, on_processes};

fn killed_under_load(home: &Home) -> Endpoint {
    let scripted = home.project("scripted").serves([]);
    let emulator = scripted.emulator();
    let load = Load::of(&scripted.request().json(json!({"sleep": 0.05})));
    emulator.kill();
    emulator.ends();
    drop(load);
    scripted
}

on_both_engines! {
    fn killed_then_up_then_down_leaves_nothing(home) {
        let scripted = killed_under_load(&home);
        let again = scripted.serves([]);
        again.score(json!({"echo": 1})).is(200);
        assert_eq!((&again.key, again.port()), (&scripted.key, scripted.port()));
        if home.engine() == dsl::Engine::Docker {
            assert_eq!(again.containers().len(), 1);
        }
        again.run(["down"]).succeeds();
        again.left_nothing();
    }

    fn killed_while_it_starts_then_down_leaves_nothing(home) {
        let project = home.project("init-hangs");
        let mut up = project.foreground(["up", "--set", "liveness_probe.initial_delay=60"]);
        up.says("init: waiting for something that never comes");
        up.process().kill();
        up.ends().exits(137);
        project.processes().iter().for_each(dsl::Process::ends);
        project.run(["down"]).succeeds();
        project.left_nothing();
    }

    fn killed_then_the_other_verbs_say_so(home) {
        let scripted = killed_under_load(&home);
        scripted.processes().iter().for_each(dsl::Process::ends);
        scripted.run(["status"]).succeeds().like_on_any_engine("killed-status");
        scripted.run(["invoke", "--data", "{}"]).exits(3).like_on_any_engine("killed-invoke");
        scripted.run(["keys"]).exits(3).like_on_any_engine("killed-keys");
        scripted.run(["traffic", "blue=100"]).exits(3).like_on_any_engine("killed-traffic");
        scripted.run(["down"]).succeeds().like("killed-down");
        scripted.left_nothing();
    }
}

on_docker! {
    fn killed_with_its_engine_away_then_down_says_what_is_left(home) {
        let scripted = home.project("scripted").serves([]);
        scripted.emulator().kill();
        scripted.processes().iter().for_each(dsl::Process::ends);
        let away = [("DOCKER_HOST", "unix:///nonexistent")];
        scripted.with(away, ["down"]).exits(4).like("killed-down-engine-away");
        scripted.with(away, ["down", "--purge"]).exits(4).like("killed-down-engine-away");
        assert_eq!(scripted.containers().len(), 1);
        scripted.run(["down"]).succeeds().like("killed-down");
        scripted.left_nothing();
    }
}

on_processes! {
    fn the_servers_die_with_a_killed_emulator(home) {
        let scripted = home.project("scripted").serves([]);
        let servers = scripted.servers();
        assert_eq!(servers.len(), 2, "a master and its worker: {servers:?}");
        scripted.emulator().kill();
        servers.iter().for_each(dsl::Process::ends);
        scripted.processes().iter().for_each(dsl::Process::ends);
        scripted.left_nothing();
    }
}
