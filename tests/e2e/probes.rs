//! What kubelet does to an instance, on a clock that runs faster.

use dsl::{Foreground, Project, on_both_engines, on_docker};

/// A hundredth of Azure's times: the first probe 30 s after the start, which takes less on a busy machine, too, and as
/// long after a restart, when the test is over.
const FAST: [&str; 2] = ["--time-scale", "100"];
const SOON: &str = "initial_delay=3000";
const THREE: &str = "failure_threshold=3";
const NEVER: &str = "initial_delay=86400";

/// `up` with one kind of probe alone.
fn up_probed_by(project: &Project, probe: &str, [period, failures]: [&str; 2], other: &str) -> Foreground {
    let set = |probe: &str, what: &str| format!("{probe}.{what}");
    let mut up = project.foreground([
        "up",
        FAST[0],
        FAST[1],
        "--set",
        &set(probe, SOON),
        "--set",
        &set(probe, period),
        "--set",
        &set(probe, failures),
        "--set",
        &set(other, NEVER),
    ]);
    up.says("Ctrl-C stops it");
    up
}

fn ends(mut up: Foreground, project: &Project, name: &str) {
    up.process().interrupt();
    up.says("stopping");
    up.ends().exits(130).without_logs().like(name);
    project.left_nothing();
}

on_docker! {
    fn an_instance_that_hangs_is_killed_by_its_liveness_probe(home) {
        let project = home.project("scripted");
        let mut up = up_probed_by(&project, "liveness_probe", ["period=30", THREE], "readiness_probe");
        project.shell(&format!("docker pause {}", project.containers()[0])).succeeds();
        up.says("Killing Container inference-server failed liveness probe, will be restarted");
        up.says("blue/0: ready again");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        ends(up, &project, "liveness-kill");
    }

    fn readiness_removes_and_brings_back(home) {
        let project = home.project("scripted");
        let mut up = up_probed_by(&project, "readiness_probe", ["period=1000", "failure_threshold=1"], "liveness_probe");
        let container = project.containers()[0].clone();
        project.shell(&format!("docker pause {container}")).succeeds();
        up.says("blue/0: unready, gets no more requests");
        project.run(["invoke", "--data", "{}"]).exits(1).tells("no instance of blue is ready");
        project.shell(&format!("docker unpause {container}")).succeeds();
        up.says("blue/0: ready again");
        project.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
        ends(up, &project, "readiness-removal");
    }

    /// 0, 10 and 20 s, ten times faster.
    fn a_crash_loop_backs_off(home) {
        let project = home.project("scripted");
        let (liveness, readiness) = (format!("liveness_probe.{NEVER}"), format!("readiness_probe.{NEVER}"));
        let mut up = project.foreground(["up", "--time-scale", "10", "--set", &liveness, "--set", &readiness]);
        up.says("Ctrl-C stops it");
        for restart in ["restart 1 in 0 s", "restart 2 in 1 s", "restart 3 in 2 s"] {
            project.shell(&format!("docker kill {}", project.containers()[0])).succeeds();
            up.says(restart);
            up.says("blue/0: ready again");
        }
        ends(up, &project, "crash-loop");
    }
}

on_both_engines! {
    fn an_endless_init_is_killed(home) {
        let project = home.project("init-hangs");
        let (soon, three) = (format!("liveness_probe.{SOON}"), format!("liveness_probe.{THREE}"));
        project.up([FAST[0], FAST[1], "--set", &soon, "--set", &three]).exits(7).like("endless-init");
        project.left_nothing();
    }

    fn a_start_that_used_most_of_its_time(home) {
        let project = home.project("scripted");
        project.edit("src/score.py", "def init():\n", "def init():\n    time.sleep(15)\n");
        let set = ["--set", "liveness_probe.initial_delay=28", "--set", "liveness_probe.failure_threshold=1"];
        project.up(set).succeeds().like("margin-small");
        project.run(["status", "-o", "json"]).succeeds().like("margin-small-document");
        project.run(["status"]).succeeds().prints(" s; with these settings Azure kills it at 30 s");
    }
}
