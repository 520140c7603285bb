//! Environments with a conda file.

use crate::azures_errors::LATE;
use dsl::{json, on_both_engines, on_processes};

on_both_engines! {
    fn an_inline_conda_file_is_made_once(home) {
        let project = home.project("inline-conda");
        project.up([]).succeeds();
        project.run(["down"]).succeeds();
        // Neither an index nor a proxy answers any more, and nothing asks for one.
        let dead = "http://127.0.0.1:9";
        let offline = ["PIP_INDEX_URL", "UV_INDEX_URL", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map(|name| (name, dead));
        project.with(offline, ["up", "-d", "--set", LATE]).succeeds().like("inline-conda");
        let table = project.running().score(json!({"rows": [["a", 1]]})).is(200);
        table.says(json!({"table": "-  -\na  1\n-  -"}));
        let other = home.project_as("inline-conda", "other");
        other.up(["-e", "other", "--set", LATE]).succeeds().like("inline-conda-other");
    }
}

on_both_engines! {
    fn a_build_that_fails_names_what_is_wrong_and_keeps_its_log(home) {
        let project = home.project("inline-conda");
        project.edit("deployment.yml", "tabulate==0.9.0", "tabulate=0.9.0");
        // Which lines of the builder's are shown on the way is a matter of seconds.
        let up = project.run(["up", "-d"]).exits(5);
        let up = up.tells("error[ImageBuildFailure]: blue: the environment could not be built\n --> deployment.yml:18\n  = origin: Azure\n");
        let up = up.tells("  = found: `tabulate=0.9.0` is no requirement that pip understands\n  = whole log: ");
        up.tells("  = help: a pin is written NAME==VERSION in a pip list\n");
        project.run(["logs"]).succeeds().prints("Invalid requirement");
        project.left_nothing();
    }
}

on_both_engines! {
    fn what_was_made_is_listed_and_kept_while_it_is_used(home) {
        let project = home.project("inline-conda");
        project.up([]).succeeds();
        let runs = project.run(["status", "-o", "json"]).json();
        let image = &runs["emulators"][0]["endpoints"][0]["deployments"][0]["instances"][0]["image"];
        let name = image.as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let ours = |document: dsl::Value| {
            let images = document["images"].as_array().unwrap().clone();
            images.into_iter().find(|it| it["name"].as_str().unwrap().ends_with(&name))
        };
        let listed = ours(project.run(["images", "-o", "json"]).succeeds().json()).expect("it is listed");
        assert_eq!((&listed["in_use"], &listed["engine"]), (&json!(true), &json!(home.engine().name())));
        project.run(["images"]).succeeds().prints(&name);
        let removable = project.run(["prune", "--dry-run", "-o", "json"]).succeeds().json();
        assert_eq!(ours(removable), None, "it would be removed");
    }
}

on_processes! {
    fn the_key_of_a_cache_is_that_of_the_packages(home) {
        let project = home.project("inline-conda");
        let key = |engine: &str| project.run(["images", "key", "--engine", engine]).succeeds().stdout;
        let (docker, process) = (key("docker"), key("process"));
        assert!(docker.len() == 17 && process.len() == 17 && docker != process, "{docker}{process}");
        project.edit("deployment.yml", "instance_count: 1", "instance_count: 2");
        assert_eq!(key("docker"), docker);
        project.edit("deployment.yml", "tabulate==0.9.0", "tabulate==0.8.10");
        assert_ne!(key("docker"), docker);
    }

    fn loose_adds_the_inference_server(home) {
        let project = home.project("conda-no-server");
        let endpoint = project.serves(["--loose", "--set", LATE]);
        endpoint.score(json!({"rows": [["a", 1]]})).is(200);
        project.up(["--loose", "--set", LATE]).succeeds().like("loose");
    }
}
