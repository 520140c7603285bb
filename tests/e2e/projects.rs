//! Several projects, ports, engines.

use dsl::{json, on_both_engines, on_docker, on_processes, reserved_port};
use std::net::TcpListener;

on_both_engines! {
    fn two_projects_at_once(home) {
        let (scripted, hello) = (home.project("scripted").serves([]), home.example("hello").serves([]));
        scripted.score(json!({"echo": 1})).is(200);
        hello.score(json!({"name": "Ada"})).is(200);
        home.empty_folder().run(["invoke", "--data", "{}"]).exits(2).like_on_any_engine("ambiguous");
        hello.run(["down"]).succeeds();
        scripted.score(json!({"echo": 2})).is(200);
    }
}

on_processes! {
    fn an_endpoint_of_that_name_exists_already(home) {
        let _first = home.project("scripted").serves([]);
        let second = home.project_as("scripted", "other");
        second.up([]).exits(1).like_on_any_engine("endpoint-already-exists");
        second.up(["-e", "another"]).succeeds();
        // What is refused leaves no trace in what runs.
        second.up([]).exits(1).like_on_any_engine("endpoint-already-exists");
        second.up(["-e", "another", "--set", "environment_variables.DEPLOYMENT=bluer"]).succeeds();
    }

    fn the_log_of_what_failed_comes_before_what_another_serves(home) {
        let scripted = home.project("scripted").serves([]);
        let (failed, elsewhere) = (home.project("init-raises"), home.empty_folder());
        elsewhere.words(&["up", "-d", failed.path.to_str().unwrap()]).exits(6);
        failed.run(["logs"]).succeeds().prints("ValueError: model file is corrupt");
        elsewhere.run(["logs"]).succeeds().prints("init: deployment blue");
        elsewhere.run(["logs", "-e", "init-raises"]).succeeds().prints("ValueError: model file is corrupt");
        elsewhere.run(["logs", "-e", "nobody"]).exits(3).tells("EndpointNotFound");
        scripted.score(json!({"echo": 1})).is(200);
    }

    fn a_state_that_cannot_be_read_is_given_up(home) {
        let hello = home.example("hello").serves([]);
        let emulator = hello.emulator();
        emulator.kill();
        emulator.ends();
        hello.shell("echo '{' > $(echo $LOCAL_ENDPOINT_HOME/projects/*/state.json)").succeeds();
        hello.run(["down"]).exits(4).like("unreadable-state");
        hello.run(["down", "--purge"]).succeeds().like("unreadable-state-purged");
        hello.serves([]).score(json!({"name": "Ada"})).is(200);
    }

    fn a_port_that_is_taken_is_the_next_free_one(home) {
        let scripted = home.project("scripted").serves([]);
        scripted.run(["down"]).succeeds();
        // Whoever has it: us or somebody else.
        let taken = TcpListener::bind(("127.0.0.1", scripted.port()));
        let up = scripted.up([]).succeeds();
        drop(taken);
        let moved = scripted.serves([]);
        assert_ne!(moved.port(), scripted.port());
        let (before, now) = (scripted.port(), moved.port());
        up.tells(&format!("note[PortMoved]: scripted: port {before} is taken by somebody else, so it is {now} from now on"))
            .like("port-moved");
        moved.score(json!({"echo": 1})).is(200);
    }

    fn what_came_up_by_its_path_goes_down_by_it(home) {
        let (project, elsewhere) = (home.project("scripted"), home.empty_folder());
        let path = project.path.to_str().unwrap();
        elsewhere.words(&["up", "-d", path]).succeeds();
        elsewhere.words(&["down", path]).succeeds().like("down-path");
        project.left_nothing();
        elsewhere.words(&["down", path]).succeeds().like("down-path-again");
        elsewhere.words(&["down", "nobody"]).succeeds().like("down-nobody");
        elsewhere.words(&["down", elsewhere.path.to_str().unwrap()]).succeeds().like("down-path-of-nothing");
    }

    fn an_explicit_port_that_is_taken_is_8(home) {
        let (_reserved, number) = reserved_port();
        let (taken, port) = (TcpListener::bind(("127.0.0.1", number)).unwrap(), number.to_string());
        let scripted = home.project("scripted");
        scripted.up(["--port", &port]).exits(8).like("port-taken");
        scripted.left_nothing();
        drop(taken);
        assert_eq!(scripted.serves(["--port", &port]).port().to_string(), port);
    }

    fn a_docker_that_does_not_answer(home) {
        let scripted = home.project("scripted");
        let dead = [("DOCKER_HOST", "unix:///nonexistent")];
        scripted.with(dead, ["up", "-d", "--engine", "docker"]).exits(4).like("dead-engine");
        scripted.left_nothing();
        scripted.with(dead, ["up", "-d", "--engine", "auto"]).succeeds().like("dead-engine-auto");
        scripted.run(["invoke", "--data", r#"{"env": "DEPLOYMENT"}"#]).succeeds().prints("blue");
        scripted.with(dead, ["down"]).succeeds();
    }

    fn down_all_takes_every_project_down(home) {
        let (scripted, hello) = (home.project("scripted").serves([]), home.example("hello").serves([]));
        // Containers of tests that run beside this one are none of its business.
        let dead = [("DOCKER_HOST", "unix:///nonexistent")];
        home.empty_folder().with(dead, ["down", "--all"]).succeeds().like("down-all");
        scripted.left_nothing();
        hello.left_nothing();
    }

    /// hello comes first, and says that it has containers, of which no engine tells.
    fn one_that_cannot_go_down_keeps_no_other_up(home) {
        let (hello, scripted) = (home.example("hello").serves([]), home.project("scripted"));
        let emulator = hello.emulator();
        emulator.kill();
        emulator.ends();
        let state = |from: &str, to: &str| {
            let edit = format!("sed -i 's/\"containers\": {from}/\"containers\": {to}/' $LOCAL_ENDPOINT_HOME/projects/*/state.json");
            hello.shell(&edit).succeeds();
        };
        state("false", "true");
        let dead = [("DOCKER_HOST", "unix:///nonexistent")];
        scripted.serves([]);
        scripted.with(dead, ["down", "--all"]).exits(4).like("down-all-fails");
        scripted.left_nothing();
        scripted.serves([]);
        scripted.with(dead, ["down", "hello", "scripted"]).exits(4).like("down-each-fails");
        scripted.left_nothing();
        state("true", "false");
    }
}

on_docker! {
    fn state_lost_down_still_finds_the_containers(home) {
        let scripted = home.project("scripted").serves([]);
        let emulator = scripted.emulator();
        emulator.kill();
        emulator.ends();
        std::fs::remove_dir_all(home.state()).unwrap();
        scripted.run(["down"]).succeeds().like("state-lost-down");
        scripted.left_nothing();
    }

    fn down_of_one_home_leaves_another_homes_containers(home) {
        let scripted = home.project("scripted").serves([]);
        let other = dsl::Home::on(dsl::Engine::Docker);
        other.empty_folder().run(["down", "scripted"]).succeeds();
        scripted.score(json!({"echo": 1})).is(200);
        assert_eq!(scripted.containers().len(), 1);
    }
}
