//! Secret references of `environment_variables`: Azure asks a vault, here `[secrets]` of the overlay.

use dsl::{Project, json, on_both_engines, on_processes};

const KEY: &str = "environment_variables.KEY=${{azureml://connections/aoai/credentials/key}}";

fn with_secret(project: &Project, secret: &str) {
    let overlay = project.read("local-endpoint.toml");
    let reference = "azureml://connections/aoai/credentials/key";
    project.write("local-endpoint.toml", &format!("{overlay}\n[secrets]\n\"{reference}\" = {secret}\n"));
}

on_both_engines! {
    fn the_container_gets_the_secret_and_nobody_else_tells_it(home) {
        let scripted = home.project("scripted");
        with_secret(&scripted, "{ env = \"AOAI_KEY\" }");
        let up = scripted.with([("AOAI_KEY", "s3cret-and-long")], ["up", "-d", "--set", KEY]).succeeds();
        scripted.running().score(json!({"env": "KEY"})).is(200).says(json!({"env": "s3cret-and-long"}));
        let status = scripted.run(["status", "-o", "json"]).succeeds();
        let logs = scripted.run(["logs"]).succeeds();
        for output in [up, status, logs] {
            output.hides("s3cret-and-long");
        }
        scripted.shell("! grep -r s3cret-and-long \"$LOCAL_ENDPOINT_HOME\"").succeeds();
    }
}

on_processes! {
    fn a_reference_that_stands_for_nothing_starts_nothing(home) {
        let scripted = home.project("scripted");
        scripted.run(["up", "-d", "--set", KEY]).exits(2).like_on_any_engine("secret-not-mapped");
        with_secret(&scripted, "{ env = \"NO_SUCH_VARIABLE_HERE\" }");
        scripted.run(["up", "-d", "--set", KEY]).exits(2).like_on_any_engine("secret-not-set");
        let malformed = "environment_variables.KEY=${{azureml://connections/aoai/key}}";
        scripted.run(["up", "-d", "--set", malformed]).exits(2).like_on_any_engine("secret-malformed");
        scripted.left_nothing();
    }

    fn a_variable_given_on_the_command_line_needs_no_secret(home) {
        let scripted = home.project("scripted");
        let endpoint = scripted.serves(["--set", KEY, "--env", "KEY=given"]);
        endpoint.score(json!({"env": "KEY"})).is(200).says(json!({"env": "given"}));
    }

    fn a_secret_does_not_keep_a_project_from_the_cloud(home) {
        let scripted = home.project("scripted");
        scripted.edit("deployment.yml", "DEPLOYMENT: blue", "DEPLOYMENT: ${{azureml://connections/aoai/target}}");
        scripted.run(["check"]).succeeds().like_on_any_engine("secret-checked");
        scripted.edit("deployment.yml", "aoai/target", "aoai/targets");
        scripted.run(["check"]).exits(1).like_on_any_engine("secret-checked-malformed");
    }
}
