//! Every row of Azure's status table for managed endpoints that is not 200, against the real inference server.

use dsl::{json, on_both_engines};

on_both_engines! {
    fn a_key_that_is_missing_or_wrong_is_401(home) {
        let scripted = home.project("scripted").serves([]);
        let with = |value: &str| scripted.request().header("Authorization", value).json(json!({})).send().is(401);
        with("Bearer wrong").body("key_auth_access_denied").has("content-type", "text/plain");
        with("nonsense").body("key_auth_bad_header_forbidden");
        scripted.request().without("Authorization").send().is(401).body("key_auth_bad_header_forbidden");
    }

    fn no_traffic_is_404(home) {
        let scripted = home.project("scripted").serves(["--no-traffic"]);
        scripted.score(json!({})).is(404);
        scripted.request().to("blue").json(json!({})).send().is(200);
        scripted.run(["invoke", "--data", "{}"]).exits(1).like("invoke-404");
        scripted.run(["invoke", "--data", r#"{"env": "DEPLOYMENT"}"#, "-d", "blue"]).succeeds().is_quiet();
    }

    fn longer_than_request_timeout_is_408(home) {
        let scripted = home.project("scripted").serves(["--set", "request_settings.request_timeout_ms=1000"]);
        let answer = scripted.score(json!({"sleep": 20})).is(408).body("upstream request timeout");
        answer.has("content-type", "text/plain").has_no("ms-azureml-model-error-reason");
        scripted.run(["invoke", "--data", r#"{"sleep": 20}"#]).exits(1).like("invoke-408");
        scripted.run(["status"]).succeeds().prints("2 abandoned requests still running");
    }

    fn an_exception_in_run_is_424(home) {
        let scripted = home.project("scripted").serves([]);
        let answer = scripted.score(json!({"raise": "no such customer"})).is(424);
        let answer = answer.has("ms-azureml-model-error-statuscode", "500");
        let answer = answer.has("ms-azureml-model-error-reason", "model_error").has("content-type", "application/json");
        let answer =
            answer.body(r#"{"message": "An unexpected error occurred in scoring script. Check the logs for more info."}"#);
        scripted.run(["explain", &answer.request_id()]).succeeds().like("explain-request");
        let unknown = "00000000-0000-4000-8000-000000000000";
        scripted.run(["explain", unknown]).exits(3).like_on_any_engine("explain-unknown-request");
        scripted.run(["invoke", "--data", r#"{"raise": "no"}"#]).exits(1).like("invoke-424");
    }

    fn anything_but_200_is_424(home) {
        let scripted = home.project("scripted").serves([]);
        for status in [201, 204, 302, 404, 503] {
            let answer = scripted.score(json!({"status": status, "body": {"is": status}})).is(424);
            let answer = answer.has("ms-azureml-model-error-statuscode", &status.to_string());
            let answer = answer.has("ms-azureml-model-error-reason", "model_error");
            answer.body(&if status == 204 { String::new() } else { format!(r#"{{"is": {status}}}"#) });
        }
        scripted.run(["invoke", "--data", r#"{"status": 201, "body": 1}"#]).exits(1).like("invoke-201");
    }

    fn a_worker_that_dies_is_424(home) {
        let scripted = home.project("scripted").serves(["--set", "request_settings.request_timeout_ms=20000"]);
        let answer = scripted.score(json!({"exit": 1})).is(424).body("");
        answer.has("ms-azureml-model-error-statuscode", "503").has("ms-azureml-model-error-reason", "model_error");
        scripted.score(json!({"echo": "again"})).is(200).says(json!({"echo": "again"}));
        scripted.run(["invoke", "--data", r#"{"exit": 1}"#]).exits(1).like("invoke-exit");
    }

    fn more_than_twice_the_limit_in_flight_is_429(home) {
        let scripted = home.project("scripted").serves(["--set", "request_settings.request_timeout_ms=20000"]);
        let hold = |_| scripted.request().json(json!({"sleep": 3})).open();
        let open: Vec<_> = (0..6).map(hold).collect();
        let sent: Vec<_> = open.into_iter().map(dsl::Connection::sent).collect();
        let mut answers: Vec<_> = sent.into_iter().map(dsl::Connection::answer).collect();
        answers.sort_by_key(|answer| answer.status);
        assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [200, 200, 429, 429, 429, 429]);
        let refused = answers.pop().unwrap().body("").has("content-type", "text/plain");
        refused.has("ms-azureml-model-error-reason", "too_many_pending_request").request_id();
    }

    fn the_foreground_says_why_a_request_failed(home) {
        let project = home.project("scripted");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        project.run(["invoke", "--data", r#"{"raise": "no such customer"}"#]).exits(1);
        up.says("src/score.py:34");
        up.says("raised: ValueError: no such customer");
    }
}
