//! What a client gets for a request that succeeds, and what the container sees of it.

use dsl::{json, on_both_engines};

on_both_engines! {
    fn an_answer_of_200(home) {
        let scripted = home.project("scripted").serves([]);
        let answer = scripted.score(json!({"echo": [1, "ä", null]})).is(200).says(json!({"echo": [1, "ä", null]}));
        let answer = answer.has("server", "azureml-frontdoor").has("azureml-model-deployment", "blue");
        let answer = answer.has("content-type", "application/json").has("x-ms-run-function-failed", "False");
        answer.has_no("ms-azureml-model-error-reason").has_no("ms-azureml-model-time");
    }

    fn queries_and_sub_paths_reach_the_container(home) {
        let scripted = home.project("scripted").serves([]);
        let seen = scripted.request().method("GET").and_path("?echo=%5B1%5D").send().is(200);
        seen.says(json!({"echo": [1]}));
        scripted.request().and_path("/deeper?a=1").json(json!({})).send().is(424).has("ms-azureml-model-error-statuscode", "404");
        scripted.foreground(["logs", "-f"]).says("/deeper?a=1");
        let document = scripted.request().method("GET").path("/swagger.json").send().is(200).json();
        assert_eq!(document["swagger"], "2.0");
    }

    fn every_answer_has_a_fresh_request_id_which_the_container_saw(home) {
        let scripted = home.project("scripted").serves([]);
        let mine = "11111111-2222-3333-4444-555555555555";
        let answer = scripted.request().header("x-request-id", mine).json(json!({"headers": true})).send().is(200);
        let id = answer.request_id();
        assert_ne!(id, mine);
        assert_eq!(answer.json()["headers"]["x-request-id"], id);
        let refused = scripted.request().without("Authorization").send().is(401).request_id();
        let failed = scripted.score(json!({"raise": "no"})).is(424).request_id();
        assert!(id != refused && refused != failed && failed != id);
    }

    fn a_client_request_id_goes_through_by_its_rules(home) {
        let scripted = home.project("scripted").serves([]);
        let seen = |id: &str| {
            let request = scripted.request().header("x-ms-client-request-id", id).json(json!({"headers": true}));
            request.send().is(200).json()["headers"]["x-ms-client-request-id"].clone()
        };
        assert_eq!(seen("order_66-a"), "order_66-a");
        assert_eq!(seen(&"a".repeat(50)), "a".repeat(40));
        assert_eq!(seen("with space/slash"), "withspaceslash");
    }

    fn the_key_never_reaches_user_code(home) {
        let scripted = home.project("scripted").serves([]);
        let request = scripted.request().header("X-Own", "1").to("blue").json(json!({"headers": true}));
        let headers = request.send().is(200).json();
        assert!(!headers.to_string().contains(&scripted.key), "{headers}");
        assert_eq!(headers["headers"]["authorization"], json!(null));
        assert_eq!(headers["headers"]["x-own"], "1");
        for process in scripted.processes() {
            assert!(!process.command.contains(&scripted.key), "{}", process.command);
        }
    }

    fn a_stream_arrives_as_it_is_produced(home) {
        let scripted = home.project("scripted").serves(["--set", "request_settings.request_timeout_ms=9000"]);
        let mut first = scripted.request().json(json!({"stream": 2, "every": 2})).begin();
        first.head().is(200).has("content-type", "text/plain").has("transfer-encoding", "chunked");
        assert_eq!(first.chunk().unwrap(), b"chunk 0\n");
        let began = std::time::Instant::now();
        first.answer().body("chunk 1\n");
        assert!(began.elapsed().as_millis() > 500, "it came with the first one");
    }

    fn traffic_decides_and_the_header_goes_before_it(home) {
        let two = home.project("two-deployments").serves(["--traffic", "blue=100 green=0"]);
        two.score(json!({})).is(200).has("azureml-model-deployment", "blue");
        let green = two.request().to("green").json(json!({"env": "DEPLOYMENT"})).send().is(200);
        green.has("azureml-model-deployment", "green").says(json!({"env": "green"}));
        two.run(["traffic", "blue=0", "green=100"]).succeeds().like_on_any_engine("traffic-moved");
        two.score(json!({"env": "DEPLOYMENT"})).is(200).says(json!({"env": "green"}));
        two.request().to("red").json(json!({})).send().is(404);
    }
}
