//! Whose rules an endpoint follows: Kubernetes, and nobody's. The managed ones are everywhere else.

use crate::azures_errors::LATE;
use dsl::{json, on_both_engines};

on_both_engines! {
    fn a_kubernetes_endpoint(home) {
        let case = home.project("kubernetes").serves([]);
        let port = case.port();
        let uris = (case.endpoint()["scoring_uri"].clone(), case.endpoint()["openapi_uri"].clone());
        let base = format!("http://127.0.0.1:{port}/api/v1/endpoint/kubernetes-case");
        assert_eq!(uris, (json!(format!("{base}/score")), json!(format!("{base}/swagger.json"))));
        case.score(json!({"echo": 1})).is(200).says(json!({"echo": 1}));
        case.request().path("/score").send().is(404);
        let swagger = "/api/v1/endpoint/kubernetes-case/swagger.json";
        case.request().method("GET").path(swagger).send().is(200).has("server", "azureml-frontdoor");
        case.score(json!({"status": 418, "body": "tea"})).is(418).has_no("ms-azureml-model-error-reason");
        let raised = case.score(json!({"raise": "no such customer"})).is(502);
        raised.has("x-ms-run-function-failed", "True").has_no("ms-azureml-model-error-statuscode");
        case.run(["invoke", "--data", r#"{"raise": "no such customer"}"#]).exits(1).like("kubernetes-502");
        case.request().without("Authorization").send().is(401);

        let mut busy = case.request().json(json!({"stream": 1, "every": 1.5})).begin();
        busy.head().is(200);
        let overloaded = "Too many requests for service kubernetes-case (overloaded)";
        case.score(json!({})).is(503).body(overloaded);
        busy.answer().is(200);
        case.score(json!({"sleep": 4})).is(504).body("");
        case.score(json!({"exit": 3})).is(502).body("Replica closed connection before replying");
    }

    fn nobodys_rules(home) {
        let scripted = home.project("scripted");
        let up = scripted.up(["--front-door", "passthrough", "--set", LATE]).succeeds().like("passthrough-up");
        assert!(!up.stdout.contains("Authorization"), "nobody asks for a key");
        let scripted = scripted.running();
        let keyless = || scripted.request().without("Authorization");
        let answer = keyless().header("x-request-id", "of the client").json(json!({"headers": true})).send().is(200);
        assert_eq!(answer.json()["headers"]["x-request-id"], "of the client");
        answer.has("x-request-id", "of the client").has_no("azureml-model-deployment");
        keyless().json(json!({"raise": "no such customer"})).send().is(500).has_no("ms-azureml-model-error-statuscode");
        keyless().json(json!({"status": 204})).send().is(204);
        keyless().header("Host", "evil.test").send().is(403);
        scripted.run(["invoke", "--data", r#"{"echo": 1}"#]).succeeds().prints("1");
        scripted.up(["--front-door", "managed"]).succeeds();
        keyless().json(json!({})).send().is(401);
    }
}
