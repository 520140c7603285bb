//! Every form in which an environment can be written.

use dsl::{Home, Output, Project, json, on_both_engines, on_docker};

const IMAGE: &str = "environment:\n  image: mcr.microsoft.com/azureml/minimal-py311-inference:latest";

/// `scripted` with a reference for its environment.
fn referring(home: &Home, reference: &str) -> Project {
    let project = home.project("scripted");
    project.edit("deployment.yml", IMAGE, &format!("environment: {reference}"));
    project
}

fn overlay(project: &Project, section: &str, key: &str) {
    project.write("local-endpoint.toml", &format!("[{section}]\n\"{key}\" = \"local-endpoint/inference:latest\"\n"));
}

fn serves(project: &Project) {
    project.serves([]).score(json!({})).is(200);
}

/// Packages that nobody has asked for before.
fn with_packages_of_its_own(home: &Home, folder: &str) -> Project {
    let project = home.project_as("inline-conda", folder);
    let own: String = home.root().display().to_string().bytes().map(|byte| byte.to_string()).collect();
    project.edit("deployment.yml", "tabulate==0.9.0", &format!("tabulate==0.9.0,!=0.0.{own}"));
    project
}

on_both_engines! {
    fn a_curated_environment_is_its_public_image(home) {
        let project = referring(&home, "azureml:AzureML-minimal-ubuntu22.04-py39-cpu-inference@latest");
        let image = "mcr.microsoft.com/azureml/curated/minimal-ubuntu22.04-py39-cpu-inference:latest";
        project.run(["up", "--dry-run"]).succeeds().prints(image).tells("note[AssetFoundInProject]: ");
        overlay(&project, "images", image);
        serves(&project);
    }

    fn an_environment_of_a_registry_is_what_the_overlay_says(home) {
        let project = referring(&home, "azureml://registries/azureml/environments/minimal-py311-inference/versions/30");
        overlay(&project, "environments", "minimal-py311-inference:30");
        serves(&project);
    }

    fn what_nobody_knows_is_told_with_the_lines_to_add(home) {
        let project = referring(&home, "azureml:our-own-environment@latest");
        project.up([]).exits(2).like_on_any_engine("environment-unknown");
        overlay(&project, "environments", "our-own-environment@latest");
        serves(&project);
    }

    fn two_at_once_make_it_once(home) {
        let [one, other] = ["one", "other"].map(|folder| with_packages_of_its_own(&home, folder));
        let text = one.read("deployment.yml").replace("endpoint_name: inline-conda", "endpoint_name: other");
        other.write("deployment.yml", &text);
        let both: Vec<Output> = std::thread::scope(|scope| {
            let begun = [&one, &other].map(|project| scope.spawn(|| project.up([])));
            begun.into_iter().map(|up| up.join().unwrap().succeeds()).collect()
        });
        let installed = |up: &&Output| up.stderr.contains("tabulate-0.9.0") || up.stderr.contains("2/2");
        assert_eq!(both.iter().filter(installed).count(), 1, "{both:?}");
        let instance = &one.run(["status", "-o", "json"]).json()["emulators"][0]["endpoints"][0]["deployments"][0]["instances"][0];
        let name = instance["image"].as_str().unwrap().to_owned();
        for project in [&one, &other] {
            project.run(["down"]).succeeds();
        }
        one.shell(&format!("rm -rf {name} {name}.lock || true; docker image rm {name} || true")).succeeds();
    }
}

on_docker! {
    fn a_server_of_its_own_with_a_model_and_no_code(home) {
        let project = home.project("own-server");
        let files = json!({"folder": "/models/weights/3", "files": ["model/weights.txt"]});
        project.serves([]).score(json!({})).is(200).says(files);
        project.run(["down"]).succeeds();
        project.up([]).succeeds().hides("Step ");
    }

    fn the_conda_of_the_image_makes_the_environment(home) {
        let project = home.project("inline-conda");
        project.edit("local-endpoint.toml", "local-endpoint/inference:latest", "local-endpoint/azureml-like-conda:latest");
        project.edit("deployment.yml", "      - conda-forge", "      - file:///opt/channel");
        project.serves(["--lock"]).score(json!({"rows": [["a", 1]]})).is(200);
        let installed = &project.json("local-endpoint.lock")["deployments"]["inline-conda/blue"]["installed"];
        assert!(installed["conda"]["python"].is_string() && installed["packages"]["tabulate"] == "0.9.0", "{installed}");
    }
}
