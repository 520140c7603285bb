//! The data collector: what is written, where, and what it costs nobody.

use crate::azures_errors::LATE;
use dsl::{Project, json, on_both_engines, on_docker, on_processes};

const NAMED: &str = "  collections:\n    model_inputs: {enabled: 'true'}\n    model_outputs: {enabled: 'true'}\n";

/// All files of what was collected, and what is in them.
const LOOK: &str = "cd \"$LOCAL_ENDPOINT_HOME\"/projects/*/collected && for file in $(find . -name '*.jsonl' | sort; \
                    find . -type f ! -name '*.jsonl'); do echo \"$file\"; head -c 2000 \"$file\"; done";

fn collects(project: &Project, block: &str) {
    collects_in(project, "deployment.yml", block);
}

fn collects_in(project: &Project, file: &str, block: &str) {
    project.edit(file, "instance_count: 1", &format!("instance_count: 1\ndata_collector:\n{block}"));
}

const PAYLOADS: &str = "  collections:\n    request: {enabled: 'true'}\n    response: {enabled: 'true'}\n";

on_both_engines! {
    /// The real azureml-ai-monitoring.
    fn what_the_script_collects_is_written_beside_them(home) {
        let project = home.project("azure-packages");
        collects(&project, NAMED);
        let endpoint = project.serves([]);
        let frames = json!({"model_inputs": [{"age": 35, "sex": 2}], "model_outputs": [{"risk": 0.25}]});
        endpoint.score(json!({"collect": frames, "id": "test"})).is(200).says(json!([]));
        let answer = endpoint.score(json!({"collect": {"model_errors": []}})).is(200);
        let why = "collection model_errors is not enabled, drop the data";
        answer.says(json!([why, why]));
        let post = |name: &str, shows: bool| {
            let headers = json!({"ce-type": format!("azureml.inference.{name}"), "content-type": "application/json"});
            endpoint.score(json!({"post": headers, "pass": shows})).is(200).json()
        };
        let refused = |status: u16, why: &str| {
            json!({"status": status, "said": json!({"statusCode": status, "message": format!("local-endpoint: {why}")}).to_string()})
        };
        assert_eq!(post("model_inputs", false), refused(401, "this is no pass of an instance"));
        assert_eq!(post("../../keys", true), refused(400, "ce-type names no collection"));
        assert_eq!(post("model_errors", true), refused(400, "collection model_errors is not enabled"));
        endpoint.run(["down"]).succeeds();
        project.shell(LOOK).succeeds().like_on_any_engine("collects-script");
    }

    /// Which has no script that could: the one that is made for it does.
    fn of_an_mlflow_model_too(home) {
        let project = home.project("mlflow-3");
        collects_in(&project, "table.yml", NAMED);
        project.up(["-f", "endpoint.yml", "-f", "table.yml"]).succeeds();
        let flat = json!({"input_data": {"columns": ["age", "rooms"], "data": [[30.0, 2]]}});
        project.running().score(flat).is(200);
        project.run(["down"]).succeeds();
        project.shell(LOOK).succeeds().like_on_any_engine("collects-mlflow");
    }

    fn requests_and_responses_are_written_in_azures_layout(home) {
        let project = home.project("scripted");
        collects(&project, &format!("{PAYLOADS}  request_logging: {{capture_headers: [X-Tenant]}}\n"));
        project.up(["--set", LATE]).succeeds().like("collects-up");
        let endpoint = project.running();
        endpoint.request().header("X-Tenant", "a").json(json!({"echo": [1, 2]})).send().is(200);
        endpoint.score(json!({"raise": "no model"})).is(424);
        endpoint.run(["down"]).succeeds();
        project.shell(LOOK).succeeds().like("collects");
    }
}

on_docker! {
    /// The way to the emulator is none out.
    fn an_instance_without_a_way_out_collects(home) {
        let project = home.project("azure-packages");
        collects(&project, NAMED);
        let endpoint = project.serves(["--set", "egress_public_network_access=disabled"]);
        endpoint.score(json!({"collect": {"model_inputs": [{"age": 35}]}, "id": "test"})).is(200).says(json!([]));
        endpoint.run(["down"]).succeeds();
        project.shell(LOOK).succeeds().prints("\"data\":[{\"age\":35}]");
    }
}

on_processes! {
    fn what_is_no_json_lies_beside_the_events(home) {
        let project = home.project("scripted");
        collects(&project, &format!("{PAYLOADS}  rolling_rate: day\n"));
        let endpoint = project.serves([]);
        endpoint.score(json!({"stream": 2})).is(200);
        endpoint.run(["down"]).succeeds();
        project.shell(LOOK).succeeds().like_on_any_engine("collects-text");
    }

    fn nothing_is_collected_where_nothing_is_asked_for(home) {
        let project = home.project("scripted");
        collects(&project, "  collections:\n    request: {enabled: 'false'}\n");
        project.serves([]).score(json!({})).is(200);
        project.run(["down"]).succeeds();
        project.shell("ls \"$LOCAL_ENDPOINT_HOME\"/projects/*/collected").exits(2);
    }
}
