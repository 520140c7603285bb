//! An emulator that is killed and started again.

use crate::azures_errors::LATE;
use dsl::{Endpoint, Home, Project, Relay, Stall, json, on_docker, on_processes};

fn kill(endpoint: &Endpoint) {
    let emulator = endpoint.emulator();
    emulator.kill();
    emulator.ends();
}

fn asked_twice<const N: usize>(home: &Home, project: &Project, words: [&str; N]) {
    let stall = Stall::at("/containers/json", home.root(), &words.concat());
    let mut up = project.foreground_with([("DOCKER_HOST", stall.address())], words);
    stall.is_asked();
    up.process().interrupt();
    up.says("stopping: what has begun is ended first; asked again, it ends at once");
    up.process().interrupt();
    up.ends().exits(130);
}

fn in_order(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names
}

on_docker! {
    fn what_it_left_serves_on_under_the_next_one(home) {
        let scripted = home.project("scripted").serves(["--set", "instance_count=2"]);
        let before = in_order(scripted.containers());
        kill(&scripted);
        scripted.up(["--set", "instance_count=2"]).succeeds().like_in_any_order("adopted");
        let again = scripted.running();
        assert_eq!((in_order(again.containers()), again.port()), (before, scripted.port()));
        again.run(["keys", "-e", "scripted", "--key", "primary"]).succeeds().prints(&scripted.key);
        // Their log is read on, and what they said before is there.
        again.score(json!({"print": "after the kill"})).is(200);
        again.foreground(["logs", "-f"]).says("after the kill");
        again.run(["logs"]).succeeds().prints("init: deployment blue").prints("after the kill");
    }

    fn their_end_is_seen(home) {
        let scripted = home.project("scripted").serves([]);
        kill(&scripted);
        let mut up = scripted.foreground(["up"]);
        up.says("Ctrl-C stops it");
        scripted.shell(&format!("docker kill {}", scripted.containers()[0])).succeeds();
        up.says("blue/0: restarting: restart 1");
        up.says("blue/0: ready again");
    }

    fn what_has_changed_is_started_anew(home) {
        let scripted = home.project("scripted").serves([]);
        let before = scripted.containers();
        kill(&scripted);
        scripted.edit("deployment.yml", "DEPLOYMENT: blue", "DEPLOYMENT: bluer");
        scripted.up(["--set", LATE]).succeeds().like("not-adopted");
        let after = scripted.containers();
        assert!(after.len() == 1 && after != before, "{before:?} {after:?}");
        scripted.score(json!({"env": "DEPLOYMENT"})).is(200).says(json!({"env": "bluer"}));
    }

    /// What runs on it is reached without it.
    fn an_engine_that_goes_away_ends_nothing(home) {
        let (project, relay) = (home.project("scripted"), Relay::to_the_engine(home.root()));
        let mut up = project.foreground_with([("DOCKER_HOST", relay.address())], ["up"]);
        up.says("Ctrl-C stops it");
        let scripted = project.running();
        relay.cut();
        up.says("warning[EngineAway]: the container engine does not answer any more");
        scripted.score(json!({"echo": 1})).is(200);
        project.up(["--set", "instance_count=2"]).exits(4).tells("error[EngineUnavailable]");
        scripted.score(json!({"print": "meanwhile"})).is(200);
        relay.mend();
        up.says("note[EngineBack]: the container engine answers again");
        scripted.score(json!({"print": "afterwards"})).is(200);
        up.says("afterwards");
        // What was said while nobody could read it is there.
        project.run(["logs"]).succeeds().prints("meanwhile");
        project.up([]).succeeds();
        scripted.shell(&format!("docker kill {}", scripted.containers()[0])).succeeds();
        up.says("blue/0: restarting: restart 1");
        up.says("blue/0: ready again");
    }

    /// What a killed emulator left is asked for first; a second Ctrl-C waits for no answer.
    fn an_engine_that_stands_still_keeps_nobody(home) {
        let project = home.project("scripted");
        asked_twice(&home, &project, ["up"]);
        asked_twice(&home, &project, ["up", "-d"]);
        asked_twice(&home, &project, ["run", "--", "true"]);
    }

    /// The label still names the emulator that was killed: the project's state tells who has it now.
    fn what_was_adopted_is_nobodys_to_sweep(home) {
        let scripted = home.project("scripted").serves([]);
        kill(&scripted);
        scripted.up([]).succeeds();
        let other = home.project_as("scripted", "other");
        other.run(["down"]).succeeds();
        scripted.score(json!({"echo": 1})).is(200);
    }
}

on_processes! {
    /// Its processes ended with it.
    fn processes_are_started_anew(home) {
        let scripted = home.project("scripted").serves([]);
        let servers = scripted.servers();
        kill(&scripted);
        servers.iter().for_each(dsl::Process::ends);
        let again = scripted.project.serves([]);
        assert_eq!((&again.key, again.port()), (&scripted.key, scripted.port()));
        again.score(json!({"echo": 1})).is(200);
    }
}
