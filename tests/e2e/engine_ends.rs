//! A container engine that is restarted, killed, without space, or stands still: a second one, so that the machine's own is
//! left alone.

use dsl::{Dockerd, Foreground, Project, on_docker};

const UNPROBED: [&str; 4] =
    ["--set", "liveness_probe.initial_delay=86400", "--set", "readiness_probe.initial_delay=86400"];

fn up(project: &Project, engine: &Dockerd) -> Foreground {
    let words = ["up", UNPROBED[0], UNPROBED[1], UNPROBED[2], UNPROBED[3]];
    let mut up = project.foreground_with([("DOCKER_HOST", &engine.address())], words);
    up.says("Ctrl-C stops it");
    up
}

fn ends(mut up: Foreground, engine: &Dockerd, name: &str) {
    up.process().interrupt();
    up.says("stopping");
    up.ends().exits(130).without_logs().like(name);
    assert_eq!(engine.containers(), Vec::<String>::new());
}

on_docker! {
    /// What ends with its engine is started again when that is back, at once however often.
    fn instances_come_back_with_an_engine_that_was_restarted_or_killed(home) {
        let Some(mut engine) = Dockerd::start() else { return };
        let project = home.project("scripted");
        let mut up = up(&project, &engine);
        engine.stops();
        up.says("warning[EngineAway]");
        project.run(["invoke", "--data", "{}"]).exits(1).tells("no instance of blue is ready");
        engine.starts();
        up.says("blue/0: restarting: restart 1 in 0 s");
        up.says("blue/0: ready again");
        engine.is_killed();
        up.says("warning[EngineAway]");
        // Its containers live on meanwhile.
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        engine.starts();
        up.says("blue/0: restarting: restart 2 in 0 s");
        up.says("blue/0: ready again");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        ends(up, &engine, "engine-restarted");
    }

    fn what_an_engine_that_is_away_keeps_is_said_by_down(home) {
        let Some(mut engine) = Dockerd::start() else { return };
        let project = home.project("scripted");
        let address = engine.address();
        let on_it = [("DOCKER_HOST", &*address)];
        project.with(on_it, ["up", "-d", UNPROBED[0], UNPROBED[1], UNPROBED[2], UNPROBED[3]]).succeeds();
        engine.is_killed();
        project.with(on_it, ["down"]).exits(4).like("down-engine-away");
        engine.starts();
        project.with(on_it, ["down"]).succeeds().tells("left by a killed emulator");
        assert_eq!(engine.containers(), Vec::<String>::new());
    }

    fn what_runs_serves_on_while_the_engine_has_no_space(home) {
        let Some(engine) = Dockerd::start() else { return };
        let project = home.project("scripted");
        let up = up(&project, &engine);
        let changed = ["up", "-d", "--set", "environment_variables.DEPLOYMENT=bluer"];
        let changes = || project.with([("DOCKER_HOST", &*engine.address())], changed);
        engine.has_a_full_disk();
        changes().exits(4).tells("error[DiskFull]: blue: the disk is full: ");
        project.run(["invoke", "--data", "{\"env\": \"DEPLOYMENT\"}"]).succeeds().prints("{\"env\": \"blue\"}");
        engine.has_space_again();
        changes().succeeds();
        project.run(["invoke", "--data", "{\"env\": \"DEPLOYMENT\"}"]).succeeds().prints("{\"env\": \"bluer\"}");
        up.process().interrupt();
        up.ends().exits(130);
        assert_eq!(engine.containers(), Vec::<String>::new());
    }

    fn an_engine_that_stands_still_is_said_and_waited_for(home) {
        let Some(engine) = Dockerd::start() else { return };
        let project = home.project("scripted");
        let mut first = up(&project, &engine);
        engine.stands_still();
        let mut second = project.foreground_with([("DOCKER_HOST", &engine.address())], ["up", "-d", "--set", "instance_count=2"]);
        second.says("warning[EngineAway]: the container engine does not answer any more: no answer within 5 s");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        engine.moves_on();
        second.says("note[EngineBack]");
        second.ends().exits(0);
        assert_eq!(engine.containers().len(), 2);
        first.says("note[EngineBack]");
        first.process().interrupt();
        first.ends().exits(130);
        assert_eq!(engine.containers(), Vec::<String>::new());
    }
}
