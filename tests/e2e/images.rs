//! What is kept: listed, moved to another machine, removed.

use crate::azures_errors::LATE;
use dsl::{Project, Registry, json, on_docker, on_processes};

/// With packages that no other test has, nor another run of this one: its image is not there yet, and can be taken away.
fn project_of_its_own(home: &dsl::Home) -> Project {
    let project = home.project("inline-conda");
    let now = jiff::Timestamp::now().as_nanosecond();
    project.edit("deployment.yml", "tabulate==0.9.0", &format!("tabulate==0.9.0,!=0.0.{now}"));
    project
}

on_docker! {
    fn environments_move_in_a_file(home) {
        let project = project_of_its_own(&home);
        project.run(["images", "save", "images.tar"]).exits(3).like("images-not-made");
        project.up([]).succeeds();
        project.run(["down"]).succeeds();
        let saved = project.run(["images", "save", "images.tar"]).succeeds().without_progress("saving: ");
        let names = saved.like("images-saved").stdout;
        let made = names.lines().find(|name| name.starts_with("local-endpoint/env:")).unwrap();
        let document = project.shell(&format!("local-endpoint images save - {made} | local-endpoint images load - -o json"));
        assert_eq!(document.succeeds().json()["images"], json!([made]));
        project.shell(&format!("docker image rm {made}")).succeeds();
        project.run(["images", "load", "images.tar"]).succeeds().without_progress("loading: ").like("images-loaded");
        project.up(["--pull", "never", "--set", LATE]).succeeds().like("images-loaded-up");
        project.run(["down"]).succeeds();
        project.shell(&format!("docker image rm {made}")).succeeds();
    }

    fn what_is_no_archive_is_refused(home) {
        let project = home.empty_folder();
        project.run(["images", "load", "none.tar"]).exits(1).like("images-load-nothing");
        project.write("text.tar", "not an archive");
        project.run(["images", "load", "text.tar"]).exits(1).tells("error[ImageArchiveFailed]: text.tar is not loaded: ");
        project.run(["images", "save", "x.tar", "no/such:1"]).exits(3).like("images-save-unknown");
        project.run(["images", "save", "no/folder/x.tar", "local-endpoint/python:3.11"]).exits(1).like("images-save-nowhere");
        assert!(!project.path.join("x.tar").exists());
    }

    fn what_was_pulled_goes_when_it_is_asked_for(home) {
        let Some(registry) = Registry::open() else { return };
        registry.push("azureml/adder:4", 10);
        let image = registry.image("azureml/adder:4");
        let project = home.example("custom-container");
        project.edit("deployment.yml", "local-endpoint/custom-container:latest", &image);
        project.up([]).succeeds();
        let listed = |words: &[&str]| {
            let document = project.words(&[words, &["-o", "json"]].concat()).succeeds().json();
            document["images"].as_array().unwrap().iter().find(|it| it["name"] == image.as_str()).cloned()
        };
        let found = listed(&["images"]).expect("it is listed");
        assert_eq!((&found["pulled"], &found["in_use"]), (&json!(true), &json!(true)));
        assert_eq!(listed(&["prune", "--all", "--dry-run"]), None, "it is in use");
        project.run(["down"]).succeeds();
        assert_eq!(listed(&["prune", "--dry-run"]), None, "nobody has asked for it");
        assert_eq!(listed(&["prune", "--all", "--older-than", "1h", "--dry-run"]), None, "it is new");
        let file = "$XDG_CACHE_HOME/local-endpoint/images/$(docker image inspect -f '{{.Id}}' IMAGE | tr : -).pulled";
        project.shell(&format!("touch -d '4000 days ago' {}", file.replace("IMAGE", &image))).succeeds();
        // So old that nothing else is.
        let pruned = project.run(["prune", "--all", "--older-than", "3999d"]).succeeds();
        pruned.prints(&image).tells("1 removed, ");
        project.shell(&format!("docker image inspect {image}")).exits(1);
        assert_eq!(listed(&["images"]), None);
    }
}

on_processes! {
    fn a_virtual_environment_stays_where_it_is(home) {
        let project = home.project("inline-conda");
        project.up([]).succeeds();
        let nowhere = [("DOCKER_HOST", "unix:///nonexistent/docker.sock")];
        project.with(nowhere, ["images", "save", "images.tar"]).exits(4).like("images-save-no-engine");
    }
}
