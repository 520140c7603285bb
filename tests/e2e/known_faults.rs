//! Faults whose words are known: what they mean, and what to do, beside the traceback.

use dsl::{Home, Project, json, on_both_engines, on_docker};

fn project(home: &Home) -> Project {
    let project = home.project("known-faults");
    // On a busy machine a start may take longer than the default of 10 s, and probes would say so.
    project.edit("deployment.yml", "instance_count: 1", "instance_count: 1\nliveness_probe:\n  initial_delay: 60");
    project
}

fn fails(project: &Project, fault: &str) {
    let fault_set = format!("environment_variables.FAULT={fault}");
    project.up(["--set", &fault_set]).exits(6).like(&format!("known-{fault}"));
    project.left_nothing();
}

on_both_engines! {
    fn a_path_without_the_models_folder(home) {
        fails(&project(&home), "folder-left-out");
    }

    fn a_path_that_is_relative_to_another_folder(home) {
        fails(&project(&home), "relative");
    }
}

on_docker! {
    fn a_path_in_other_letters(home) {
        fails(&project(&home), "other-case");
    }

    fn what_is_written_below_a_mount(home) {
        fails(&project(&home), "write");
    }

    fn what_another_program_than_python_writes_below_a_mount(home) {
        fails(&project(&home), "written-by-a-shell");
    }

    fn a_file_that_the_containers_user_may_not_read(home) {
        let project = project(&home);
        project.edit("local-endpoint.toml", "local-endpoint/inference:latest", "local-endpoint/azureml-like:latest");
        project.shell("chmod 600 src/data/names.csv").succeeds();
        fails(&project, "closed");
    }

    fn a_gpu_that_is_not_there(home) {
        fails(&project(&home), "gpu");
    }

    fn the_same_in_run(home) {
        let endpoint = project(&home).serves([]);
        endpoint.score(json!({"fault": "write"})).is(424);
        endpoint.run(["invoke", "--data", r#"{"fault": "folder-left-out"}"#]).exits(1).like("known-in-run");
    }

    /// pip brings them together, and they do not go together.
    fn packages_that_do_not_fit_the_server(home) {
        let project = home.project("inline-conda");
        project.edit("deployment.yml", "azureml-inference-server-http==1.5.1", "azureml-inference-server-http==1.0.0");
        project.edit("deployment.yml", "tabulate==0.9.0", "flask==2.2.2");
        let up = project.up([]).exits(6);
        let up = up.tells("error[ResourceNotReady]: blue/0: User container has crashed or terminated: the inference server itself cannot be loaded (ImportError: cannot import name 'url_quote' from 'werkzeug.urls' (");
        let up = up.tells("  = cause: InferenceServerBroken (our finding)\n");
        up.tells("  = found: the environment has an old Flask beside Werkzeug 3\n").tells("  = help: do not pin flask, or pin 2.2.5 or newer\n");
        project.left_nothing();
    }
}
