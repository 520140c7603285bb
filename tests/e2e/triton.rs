//! A Triton model without code: our side of the contract, against a fake that runs no model
//! (`fixtures/fake-tritonserver`); no real Triton image was at hand.

use dsl::{Engine, Request, json, on_both_engines, on_docker};

on_docker! {
    fn a_triton_model_is_served_from_its_repository(home) {
        let project = home.project("triton");
        project.up([]).succeeds().like("triton");
        let endpoint = project.running();
        let key = format!("Bearer {}", endpoint.key);
        let body = json!({"inputs": [{"name": "INPUT0", "datatype": "FP32", "shape": [2, 2], "data": [1, 2, 3, 4]}]});
        let infer = |model: &str| Request::post(endpoint.port(), &format!("/v2/models/{model}/infer"))
            .header("Authorization", &key)
            .header("Content-Type", "application/json")
            .json(body.clone())
            .send();
        let outputs = json!([{"name": "OUTPUT0", "datatype": "FP32", "shape": [2], "data": [3, 7]}]);
        infer("adder").is(200).says(json!({"model_name": "adder", "model_version": "1", "outputs": outputs}));
        let unknown = json!({"error": "Request for unknown model: 'other' is not found"});
        infer("other").is(424).has("ms-azureml-model-error-statuscode", "400").says(unknown);
        let server = Request::post(endpoint.port(), "/v2").method("GET").header("Authorization", &key).send().is(200);
        let repository = "/var/azureml-app/azureml-models/adder/1/models";
        server.says(json!({"name": "fake-triton", "models": ["adder"], "repository": repository}));
        Request::post(endpoint.port(), "/v2/health/ready").method("GET").send().is(401);
    }
}

on_both_engines! {
    fn without_its_image_a_triton_model_is_refused(home) {
        let project = home.project("triton");
        project.write("local-endpoint.toml", "");
        let code = if home.engine() == Engine::Docker { 5 } else { 4 };
        project.up([]).exits(code).like("triton-no-image");
    }
}
