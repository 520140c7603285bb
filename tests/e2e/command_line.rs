//! What needs no running endpoint.

use dsl::{on_both_engines, on_processes};

on_processes! {
    fn a_dry_run_starts_nothing(home) {
        let hello = home.example("hello");
        hello.run(["up", "--dry-run"]).succeeds().like_on_any_engine("dry-run");
        hello.run(["up", "--dry-run", "-o", "json"]).succeeds().like_on_any_engine("dry-run-document");
        hello.left_nothing();
    }

    fn an_injected_error_fails_as_in_the_cloud_and_starts_nothing(home) {
        let scripted = home.project("scripted");
        let injected = |code: &str| scripted.run(["up", "-d", "--inject-error", code]);
        injected("region-wide-vm-capacity").exits(6).like_on_any_engine("injected");
        injected("image-build-compute-not-set-in-a-private-workspace-with-virtual-network").exits(5).like_on_any_engine("injected-build");
        injected("UserScriptInitFailed").exits(2).like_on_any_engine("injected-refused");
        injected("ACRSecretError").exits(2).tells("ACRSecretError comes from kubernetes endpoints alone");
        let document = ["up", "-d", "-o", "json", "--inject-error", "InternalServerError"];
        scripted.run(document).exits(6).like_on_any_engine("injected-document");
        home.project("kubernetes").run(["up", "--inject-error", "ACRSecretError"]).exits(6).like_on_any_engine("injected-kubernetes");
        scripted.left_nothing();
    }

    fn what_serves_outlives_an_injected_error(home) {
        let scripted = home.project("scripted").serves([]);
        scripted.run(["up", "-d", "--inject-error", "cluster-quota"]).exits(6);
        scripted.run(["invoke", "--data", "{\"echo\": 1}"]).succeeds();
    }

    fn wrong_words_are_2(home) {
        let empty = home.empty_folder();
        empty.run(["up", "--unheard-of"]).exits(2).like_on_any_engine("unknown-flag");
        empty.run(["serve"]).exits(2).like_on_any_engine("unknown-verb");
        empty.run([]).exits(2).like_on_any_engine("no-verb");
    }

    fn a_folder_with_nothing_to_deploy_is_2(home) {
        let empty = home.empty_folder();
        empty.run(["up"]).exits(2).like_on_any_engine("empty-folder");
        empty.write("conda.yml", "name: x\ndependencies: [python]\n");
        empty.run(["up"]).exits(2).like_on_any_engine("only-other-files");
        empty.run(["up", "nowhere"]).exits(2).like_on_any_engine("no-such-folder");
    }

    fn verbs_without_an_endpoint_are_3(home) {
        let empty = home.empty_folder();
        empty.run(["invoke", "--data", "{}"]).exits(3).like_on_any_engine("nothing-to-invoke");
        empty.run(["invoke", "-n", "nobody", "--data", "{}"]).exits(3).like_on_any_engine("nobody-to-invoke");
        empty.run(["logs"]).exits(3).like_on_any_engine("nothing-to-log");
        empty.run(["keys"]).exits(3).like_on_any_engine("no-keys");
        empty.run(["status"]).succeeds().like_on_any_engine("nothing-runs");
        empty.run(["status", "-o", "json"]).succeeds().like_on_any_engine("nothing-runs-document");
        empty.run(["down"]).succeeds().like_on_any_engine("nothing-to-take-down");
    }

    fn state_of_a_newer_version_is_left_as_it_is(home) {
        let hello = home.example("hello").serves([]);
        hello.run(["down"]).succeeds();
        hello.shell("sed -i 's/\"schema_version\": 1/\"schema_version\": 99/' $LOCAL_ENDPOINT_HOME/projects/*/state.json");
        hello.up([]).exits(1).like_on_any_engine("newer-state");
        hello.run(["down", "--purge"]).exits(1);
        hello.shell("rm $LOCAL_ENDPOINT_HOME/projects/*/state.json").succeeds();
    }

    fn doctor_shows_every_try(home) {
        let empty = home.empty_folder();
        let dead = [("DOCKER_HOST", "unix:///nonexistent")];
        empty.with(dead, ["doctor"]).succeeds().like_on_any_engine("doctor");
        empty.with(dead, ["doctor", "-o", "json"]).succeeds().like_on_any_engine("doctor-document");
    }
}

on_both_engines! {
    fn traffic_that_cannot_be_is_2(home) {
        let scripted = home.project("scripted");
        scripted.up(["--traffic", "blue=90"]).exits(2).like_on_any_engine("traffic-sum");
        let scripted = scripted.serves([]);
        scripted.run(["traffic", "blue=101"]).exits(2);
        scripted.run(["traffic", "red=100"]).exits(3).like_on_any_engine("traffic-to-nobody");
    }

    fn traffic_to_a_deployment_that_is_not_there_is_2(home) {
        let scripted = home.project("scripted");
        scripted.up(["--all-traffic", "red"]).exits(2).tells("red");
        scripted.up(["--traffic", "red=100"]).exits(2).tells("red");
    }

    fn pasted_az_lines_work(home) {
        let hello = home.example("hello");
        let create = ["create", "--local", "-n", "blue", "-e", "hello", "-f", "deployment.yml", "-g", "rg", "-w", "ws"];
        let words: Vec<&str> = [create.as_slice(), &["--all-traffic", "-d"]].concat();
        hello.words(&words).succeeds().like("az-create");
        hello.run(["show", "--local", "-o", "json"]).succeeds().tells("--local ignored");
        hello.run(["show", "-n", "hello", "-o", "json"]).succeeds().prints("\"hello\"");
        hello.run(["show", "-n", "blue", "-e", "hello"]).succeeds().prints("blue");
        hello.run(["show", "-n", "another"]).exits(3).tells("there is no endpoint another");
        hello.run(["invoke", "--local", "-n", "hello", "--request-file", "sample-request.json"]).succeeds();
        hello.run(["get-logs", "--local", "-n", "blue", "-e", "hello", "-l", "1"]).succeeds();
        hello.run(["get-credentials", "-n", "hello", "-g", "rg", "-w", "ws"]).succeeds();
        hello.run(["delete", "-n", "blue", "-e", "hello", "--local", "--yes"]).exits(2);
        hello.run(["delete", "-n", "hello", "--local", "--yes", "--no-wait"]).succeeds().tells("hello is down");
    }
}
