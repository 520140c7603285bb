//! Errors of Azure's page that no other file provokes: the whole output and the exit code.

use dsl::{Home, Project, on_both_engines, on_docker, on_processes};

/// On a busy machine a start may take longer than the default of 10 s, and probes would say so.
pub const LATE: &str = "liveness_probe.initial_delay=60";

fn of_kubernetes(project: &Project, deployments: &[&str]) {
    for file in deployments {
        project.edit(file, "endpoint_name:", "type: kubernetes\nendpoint_name:");
        project.edit(file, "instance_type: Standard_DS3_v2\n", "");
    }
    project.edit("endpoint.yml", "auth_mode: key", "compute: azureml:my-cluster\nauth_mode: key");
}

on_both_engines! {
    fn a_kubernetes_deployment_that_does_not_come_up(home) {
        let project = home.project("kubernetes");
        project.edit("src/score.py", "def init():\n", "def init():\n    os._exit(1)\n");
        project.up(["--set", LATE]).exits(6).like("kubernetes-crash-loop");
        project.left_nothing();
    }

    fn a_kubernetes_script_that_raises(home) {
        let project = home.project("kubernetes");
        project.edit("src/score.py", "def init():\n", "def init():\n    raise ValueError('no model')\n");
        project.up(["--set", LATE]).exits(6).like("kubernetes-init-raises");
        project.left_nothing();
    }

    fn a_kubernetes_deployment_without_a_ready_replica_is_503(home) {
        let two = home.project("two-deployments");
        of_kubernetes(&two, &["blue-deployment.yml", "green-deployment.yml"]);
        two.edit("green-deployment.yml", "score.py", "broken.py");
        two.write("src/broken.py", "def init():\n    raise ValueError('broken')\n\n\ndef run(data):\n    return data\n");
        two.up(["--traffic", "blue=100", "--set", &format!("green/{LATE}")]).exits(6);
        two.run(["invoke", "-d", "green", "--data", "{}"]).exits(1).like("kubernetes-503");
    }

    fn longer_than_the_timeout_is_504_on_kubernetes(home) {
        let case = home.project("kubernetes").serves([]);
        case.run(["invoke", "--data", r#"{"sleep": 4}"#]).exits(1).like("kubernetes-504");
    }
}

on_processes! {
    fn another_that_is_at_work_on_the_project(home) {
        let project = home.project("scripted");
        project.serves([]);
        project.run(["down"]).succeeds();
        let held = "flock \"$(echo \"$LOCAL_ENDPOINT_HOME\"/projects/*/lock)\" local-endpoint up -d";
        project.shell(held).exits(1).like_on_any_engine("busy");
    }
}

/// A build context of one Dockerfile.
fn built(home: &Home, dockerfile: &str) -> Project {
    let project = home.example("custom-container");
    let image = "environment:\n  # For Azure: push the image to a registry, and name it here.\n  image: local-endpoint/custom-container:latest";
    project.edit("deployment.yml", image, "environment:\n  build:\n    path: context");
    std::fs::create_dir(project.path.join("context")).unwrap();
    project.write("context/Dockerfile", dockerfile);
    project
}

on_docker! {
    fn a_container_that_is_stopped_while_it_starts(home) {
        let project = home.project("init-hangs");
        let mut up = project.foreground(["up", "--set", LATE]);
        up.says("init: waiting for something that never comes");
        project.shell(&format!("docker kill -s INT {}", project.containers()[0])).succeeds();
        up.ends().exits(6).without_logs().like("operation-canceled");
        project.left_nothing();
    }

    fn a_kubernetes_image_that_cannot_be_pulled(home) {
        let project = home.project("kubernetes");
        project.edit("deployment.yml", "mcr.microsoft.com", "registry.invalid");
        project.up([]).exits(5).like("kubernetes-pull");
        project.left_nothing();
    }

    fn a_dockerfile_that_cannot_be_built(home) {
        let project = built(&home, "FROM local-endpoint/inference:latest\nRUN echo the tool is missing >&2; exit 3\n");
        project.up([]).exits(5).like("build-failed");
        project.left_nothing();
    }

    fn a_build_that_is_not_done_at_its_deadline(home) {
        let project = built(&home, "FROM local-endpoint/inference:latest\nRUN sleep 600\n");
        project.up(["--build-deadline", "15"]).exits(7).without(" s so far (").like("build-deadline");
        project.left_nothing();
    }

    /// As Azure's page has it: an old Flask beside a new MarkupSafe.
    fn a_markupsafe_that_is_too_new_for_jinja(home) {
        let project = home.project("inline-conda");
        project.edit("deployment.yml", "azureml-inference-server-http==1.5.1", "azureml-inference-server-http==1.0.0");
        project.edit("deployment.yml", "tabulate==0.9.0", "flask==1.1.4\n          - markupsafe==2.1.1");
        // The second one installs nothing, so that pip says nothing.
        project.up([]).exits(6);
        project.up(["--set", LATE]).exits(6).like("markupsafe");
        project.left_nothing();
    }

    /// Each step is resolved by itself, as in an image that grew over the years.
    fn a_server_that_is_too_old_for_its_flask(home) {
        let server = "RUN pip install --no-cache-dir azureml-inference-server-http==0.4.13";
        let flask = "RUN pip install --no-cache-dir flask==2.0.3 werkzeug==2.0.3";
        let project = home.project("scripted");
        let image = "image: mcr.microsoft.com/azureml/minimal-py311-inference:latest";
        project.edit("deployment.yml", image, "build:\n    path: context");
        std::fs::create_dir(project.path.join("context")).unwrap();
        project.write("context/Dockerfile", &format!("FROM local-endpoint/inference:latest\n{server}\n{flask}\n"));
        project.write("src/score.py", "def init():\n    pass\n\n\ndef run(data):\n    return data\n");
        // The second one builds nothing, so that pip says nothing.
        project.up([]).exits(6);
        project.up(["--set", LATE]).exits(6).like("flask-1-server");
        project.left_nothing();
    }

    fn a_flask_that_is_too_old_for_werkzeug(home) {
        let project = home.project("inline-conda");
        project.edit("deployment.yml", "azureml-inference-server-http==1.5.1", "azureml-inference-server-http==1.0.0");
        project.edit("deployment.yml", "tabulate==0.9.0", "flask==2.2.2");
        project.up([]).exits(6);
        project.up(["--set", LATE]).exits(6).like("flask-2");
        project.left_nothing();
    }
}
