//! Environments with a conda file.

use dsl::{json, on_both_engines, on_processes};

on_both_engines! {
    fn an_inline_conda_file_is_made_once(home) {
        let project = home.project("inline-conda");
        project.up([]).succeeds();
        project.run(["down"]).succeeds();
        project.up([]).succeeds().like("inline-conda");
        let table = project.running().score(json!({"rows": [["a", 1]]})).is(200);
        table.says(json!({"table": "-  -\na  1\n-  -"}));
        let other = home.project_as("inline-conda", "other");
        other.up(["-e", "other"]).succeeds().like("inline-conda-other");
    }
}

on_both_engines! {
    fn a_build_that_fails_names_what_is_wrong_and_keeps_its_log(home) {
        let project = home.project("inline-conda");
        project.edit("deployment.yml", "tabulate==0.9.0", "tabulate=0.9.0");
        // Which lines of the builder's are shown on the way is a matter of seconds.
        let up = project.run(["up", "-d"]).exits(5);
        let up = up.tells("error[ImageBuildFailure]: blue: the environment could not be built\n  = origin: Azure\n");
        let up = up.tells("  = found: `tabulate=0.9.0` is no requirement that pip understands\n  = whole log: ");
        up.tells("  = help: a pin is written NAME==VERSION in a pip list\n");
        project.run(["logs"]).succeeds().prints("Invalid requirement");
        project.left_nothing();
    }
}

on_processes! {
    fn loose_adds_the_inference_server(home) {
        let project = home.project("conda-no-server");
        let endpoint = project.serves(["--loose"]);
        endpoint.score(json!({"rows": [["a", 1]]})).is(200);
        project.up(["--loose"]).succeeds().like("loose");
    }
}
