//! Every way a start fails, provoked for real: the whole output, the exit code, and nothing left.

use crate::azures_errors::LATE;
use dsl::{Home, on_both_engines, on_docker, on_processes};

fn fails(home: &Home, name: &str, code: i32) {
    // On a busy machine a start may take longer than the default of 10 s, and probes would say so.
    fails_with_probes_after(home, "60", name, code);
}

fn fails_with_probes_after(home: &Home, seconds: &str, name: &str, code: i32) {
    let project = home.project(name);
    let delay = format!("liveness_probe.initial_delay={seconds}");
    project.up(["--set", &delay]).exits(code).like(name);
    project.left_nothing();
}

on_both_engines! {
    fn init_raises(home) {
        fails(&home, "init-raises", 6);
    }

    fn import_error(home) {
        fails(&home, "import-error", 6);
    }

    fn syntax_error(home) {
        fails(&home, "syntax-error", 6);
    }

    fn no_run(home) {
        fails(&home, "no-run", 6);
    }

    fn no_init(home) {
        fails(&home, "no-init", 6);
    }

    fn script_missing(home) {
        fails(&home, "script-missing", 6);
    }

    fn model_missing(home) {
        fails(&home, "model-missing", 2);
    }

    fn init_hangs(home) {
        fails_with_probes_after(&home, "12", "init-hangs", 7);
    }

    fn init_exits(home) {
        fails(&home, "init-exits", 6);
    }

    /// Before any build.
    fn conda_no_server(home) {
        fails(&home, "conda-no-server", 6);
    }

    fn the_log_of_what_failed_is_kept(home) {
        let project = home.project("init-raises");
        project.up([]).exits(6);
        project.run(["logs"]).succeeds().prints("ValueError: model file is corrupt");
        project.run(["status"]).succeeds().like_on_any_engine("nothing-runs");
        project.run(["down", "--purge"]).succeeds();
        project.run(["logs"]).exits(3).like_on_any_engine("no-logs");
    }

    /// One of two: the other one serves.
    fn a_deployment_beside_one_that_failed_serves(home) {
        let two = home.project("two-deployments");
        two.edit("green-deployment.yml", "score.py", "broken.py");
        two.write("src/broken.py", "def init():\n    raise ValueError('broken')\n\n\ndef run(data):\n    return data\n");
        let late = |deployment| format!("{deployment}/{LATE}");
        two.up(["--traffic", "blue=50 green=50", "--set", &late("blue"), "--set", &late("green")]).exits(6).like_in_any_order("partly-failed");
        two.run(["status"]).succeeds().like("partly-failed-status");
        two.run(["status", "-o", "json"]).succeeds().like("partly-failed-document");
        two.run(["invoke", "-d", "green", "--data", "{}"]).exits(1).like("invoke-not-ready");
        two.run(["invoke", "-d", "blue", "--data", r#"{"env": "DEPLOYMENT"}"#]).succeeds().prints("blue");
        two.run(["logs", "-n", "green"]).succeeds().prints("ValueError: broken");
    }
}

on_docker! {
    fn wrong_port(home) {
        fails_with_probes_after(&home, "12", "wrong-port", 6);
    }

    fn wrong_port_names_the_port(home) {
        home.project("wrong-port").up([]).tells("9999").tells("LivenessProbeFailed (our finding)");
    }

    fn an_entry_point_that_is_no_program(home) {
        let project = home.project("own-server");
        let text = "RUN chmod 755 /server.py\nENTRYPOINT [\"/server.py\"]";
        project.edit("context/Dockerfile", "CMD [\"python3\", \"-u\", \"/server.py\"]", text);
        let up = project.up(["--set", "liveness_probe.initial_delay=60"]).exits(6);
        up.tells("(exec /server.py: exec format error)\n  = origin: Azure\n  = cause: ExecFormatError (our finding)\n");
        project.left_nothing();
    }

    fn an_image_that_no_registry_has(home) {
        let project = home.project("scripted");
        project.edit("deployment.yml", "mcr.microsoft.com", "registry.invalid");
        project.up([]).exits(5).like("registry-unreachable");
        project.left_nothing();
    }
}

on_processes! {
    fn a_container_of_ones_own_needs_containers(home) {
        fails(&home, "wrong-port", 4);
    }
}
