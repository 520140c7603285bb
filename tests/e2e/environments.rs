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

on_processes! {
    fn loose_adds_the_inference_server(home) {
        let project = home.project("conda-no-server");
        let endpoint = project.serves(["--loose"]);
        endpoint.score(json!({"rows": [["a", 1]]})).is(200);
        project.up(["--loose"]).succeeds().like("loose");
    }
}
