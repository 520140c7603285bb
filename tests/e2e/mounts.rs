//! What instances may do with code and model.

use dsl::{Home, Project, on_both_engines, on_docker};

/// Writes beside its model in `init()`.
fn writing(home: &Home) -> Project {
    let project = home.project("known-faults");
    project.edit("deployment.yml", "FAULT: none", "FAULT: write");
    project
}

on_both_engines! {
    fn scratch_is_a_copy_that_goes_with_the_instance(home) {
        let project = writing(&home);
        project.up(["--mounts", "scratch"]).succeeds().like("mounts-scratch");
        assert!(!project.path.join("model/cache.json").exists());
        project.run(["logs", "-c", "storage-initializer"]).succeeds().prints("a copy of each instance's own, --mounts scratch");
        // A copy does not follow its files: new code is a new instance.
        project.edit("src/score.py", "return \"served\"", "return \"served anew\"");
        project.up(["--mounts", "scratch"]).succeeds().tells("has changed: the new version comes up beside the old one");
        project.running().score(dsl::json!({})).is(200).says(dsl::json!("served anew"));
        project.run(["down"]).succeeds();
        project.left_nothing();
    }
}

on_docker! {
    fn scratch_is_open_to_the_containers_user(home) {
        let project = writing(&home);
        project.edit("local-endpoint.toml", "local-endpoint/inference:latest", "local-endpoint/azureml-like:latest");
        project.up(["--mounts", "scratch"]).succeeds();
    }
}
