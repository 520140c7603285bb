//! What is told of requests that have ended: the traffic log, measured cures.

use crate::azures_errors::LATE;
use dsl::{Value, json, on_both_engines, on_processes};

/// Without what was measured.
fn steady(line: &str) -> Value {
    let mut line: Value = serde_json::from_str(line).unwrap();
    for measured in ["TimeGenerated", "TotalDurationMs", "RequestDurationMs", "ResponseDurationMs", "TotalDurationUs"] {
        assert!(line.as_object_mut().unwrap().remove(measured).is_some() || measured == "ResponseDurationMs", "{line}");
    }
    line
}

on_both_engines! {
    fn requests_are_in_the_traffic_log_which_outlives_them(home) {
        let scripted = home.project("scripted").serves([]);
        let ids = ["ResponseCode", "Method"].map(|_| {
            scripted.request().header("User-Agent", "a \"test\"\\").json(json!({"echo": 1})).send().is(200).request_id()
        });
        let refused = scripted.request().without("Authorization").send().is(401).request_id();
        scripted.run(["down"]).succeeds();
        let log = scripted.run(["logs", "--traffic", "-e", "scripted", "-o", "json"]).succeeds().is_quiet();
        let lines: Vec<Value> = log.stdout.lines().map(steady).collect();
        let expected = |id: &str| json!({
            "Method": "POST", "Path": "/score", "Protocol": "HTTP/1.1", "EndpointName": "scripted",
            "DeploymentName": "blue", "AuthType": "Key", "ResponseCode": 200, "ModelStatusCode": 200,
            "RequestPayloadSize": 10, "ResponsePayloadSize": 11, "UserAgent": "a \"test\"\\", "XRequestId": id,
            "InstanceId": "blue/0", "InFlight": 0,
        });
        assert_eq!(lines[..2], ids.map(|id| expected(&id)));
        assert_eq!((&lines[2]["ResponseCode"], &lines[2]["XRequestId"]), (&json!(401), &json!(refused)));
        assert!(!log.stdout.contains(&scripted.key));
        scripted.run(["logs", "--traffic"]).succeeds().like_on_any_engine("logs-traffic");
        scripted.run(["logs", "--traffic", "-n", "green"]).succeeds().tells("no request was logged");
        scripted.run(["logs", "--traffic", "-n", "blue", "-l", "1", "-o", "json"]).succeeds().prints(&expected_id(&lines[1]));
        scripted.run(["down", "--purge"]).succeeds();
        scripted.run(["logs", "--traffic", "-e", "scripted"]).exits(3);
    }
}

fn expected_id(line: &Value) -> String {
    line["XRequestId"].as_str().unwrap().to_owned()
}

on_processes! {
    fn the_traffic_log_can_be_followed_and_switched_off(home) {
        let scripted = home.project("scripted").serves([]);
        let mut followed = scripted.foreground(["logs", "--traffic", "-f", "-o", "json"]);
        for _ in 0..2 {
            let id = scripted.score(json!({"echo": 1})).is(200).request_id();
            followed.says(&id);
        }
        scripted.up(["--no-traffic-log"]).succeeds();
        let silent = scripted.score(json!({"echo": 2})).is(200).request_id();
        scripted.run(["down"]).succeeds();
        let lines = followed.ends().exits(0).stdout;
        assert_eq!((lines.lines().count(), lines.contains(&silent)), (2, false));
    }

    fn what_goes_on_for_ever_ends_with_its_reader(home) {
        let scripted = home.project("scripted").serves([]);
        for follows in ["logs -f", "logs --traffic -f", "status --watch"] {
            let line = format!("{{ local-endpoint {follows}; echo ended with $? >&2; }} | true");
            scripted.shell(&line).succeeds().tells("ended with 0");
        }
    }

    fn the_cure_of_a_timeout_is_said_when_its_time_is_known(home) {
        let project = home.project("scripted");
        let mut up = project.foreground(["up", "--set", "request_settings.request_timeout_ms=1000"]);
        up.says("Ctrl-C stops it");
        project.running().score(json!({"sleep": 2.0})).is(408);
        up.says("note[MeasuredCure]: blue: a longer request_timeout_ms would have let them end");
        up.says("deployment.yml:12");
        up.says("measured: p95 of 1 request is 2.");
        up.says("+ request_settings: {request_timeout_ms: 3000}");
    }

    fn the_cure_of_a_timeout_names_the_line(home) {
        let project = home.project("scripted");
        project.edit("deployment.yml", "instance_count: 1", "instance_count: 1\nrequest_settings:\n  request_timeout_ms: 1000");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        project.running().score(json!({"sleep": 2.0})).is(408);
        up.says("deployment.yml:14");
        up.says("- request_timeout_ms: 1000");
        up.says("+ request_timeout_ms: 3000");
    }

    fn the_cure_of_refusals_counts_the_refused(home) {
        let project = home.project("scripted");
        let mut up = project.foreground(["up"]);
        up.says("Ctrl-C stops it");
        let scripted = project.running();
        let hold = |_| scripted.request().json(json!({"sleep": 2})).open();
        let open: Vec<_> = (0..6).map(hold).collect();
        let sent: Vec<_> = open.into_iter().map(dsl::Connection::sent).collect();
        sent.into_iter().map(dsl::Connection::answer).for_each(drop);
        up.says("note[MeasuredCure]: blue: more requests at once would have to be taken");
        up.says("2 in flight at most, 4 refused within");
        up.says("+ request_settings: {max_concurrent_requests_per_instance: 3}");
        up.says("+ WORKER_COUNT: \"3\"");
        up.says("help: or `instance_count: 3` in place of 1");
    }
}

on_processes! {
    fn what_was_counted_can_be_read_in_every_form(home) {
        let scripted = home.project("scripted").serves(["--set", LATE]);
        scripted.run(["metrics"]).succeeds().like_on_any_engine("metrics-none");
        for _ in 0..3 {
            scripted.score(json!({"echo": 1})).is(200);
        }
        scripted.score(json!({"status": 503})).is(424);
        scripted.request().without("Authorization").send().is(401);
        let human = scripted.run(["metrics"]).succeeds().is_quiet();
        assert!(human.stdout.contains("200: 3, 424 (503): 1\nreached no deployment: 401: 1"), "{human:?}");
        let text = scripted.run(["metrics", "-o", "prometheus"]).succeeds().is_quiet().stdout;
        let requests = r#"local_endpoint_requests_total{endpoint="scripted",deployment="blue",status="424",status_class="4xx",model_status="503"} 1"#;
        assert!(text.contains(requests), "{text}");
        assert!(text.contains(r#"local_endpoint_instance_ready{endpoint="scripted",deployment="blue",instance="blue/0"} 1"#));
        assert!(!text.contains(&scripted.key));
        let azure = scripted.run(["metrics", "-o", "json"]).succeeds().is_quiet().json();
        let total: f64 = azure["value"][0]["timeseries"].as_array().unwrap().iter().map(sum).sum();
        assert_eq!((azure["value"][0]["name"]["value"].as_str(), total), (Some("RequestsPerMinute"), 5.0));
        let status = scripted.status();
        let asked = &status["emulators"][0]["endpoints"][0]["deployments"][0]["requests"];
        assert_eq!((&asked["ended"], &asked["in_flight"]), (&json!(4), &json!(0)));
        assert!(asked["p50_ms"].as_f64() <= asked["p99_ms"].as_f64() && asked["p50_ms"].as_f64() > Some(0.0));
        scripted.run(["status"]).succeeds().prints(" blue        Succeeded  1/1    100%     pass    4         0          ");
    }

    fn prometheus_reads_them_at_the_control_port(home) {
        let scripted = home.project("scripted").serves([]);
        let config = scripted.run(["metrics", "--scrape-config"]).succeeds().is_quiet().stdout;
        let after = |mark: &str| config.split_once(mark).unwrap().1.lines().next().unwrap().to_owned();
        let token = std::fs::read_to_string(after("credentials_file: ")).unwrap();
        let port: u16 = after("127.0.0.1:").trim_end_matches("\"]").parse().unwrap();
        let scrape = dsl::Request::post(port, "/v1/metrics").method("GET");
        scrape.clone().send().is(401);
        let authorized = scrape.header("Authorization", &format!("Bearer {token}"));
        authorized.clone().header("Origin", "https://evil.example").send().is(403);
        let answer = authorized.send().is(200).has("content-type", "text/plain; version=0.0.4; charset=utf-8");
        assert!(answer.body.starts_with(b"# HELP local_endpoint_requests_total "));
    }

    fn load_finds_the_limit_that_comes_first(home) {
        let scripted = home.project("scripted").serves([]);
        scripted.write("slow.json", r#"{"sleep": 0.1}"#);
        let load = scripted.run(["load", "-r", "slow.json", "--duration", "4s", "--max-concurrency", "8"]);
        let load = load.succeeds().tells("1 at once, for 1.0 s").tells("4 at once, for 1.0 s");
        load.prints("429 comes first, at 4 at once: 1 (max_concurrent_requests_per_instance) x 1 (instance_count) run")
            .prints("with WORKER_COUNT: ");
        let load = scripted.run(["load", "-r", "slow.json", "--duration", "1s", "--max-concurrency", "2", "-o", "json"]);
        let document = load.succeeds().json();
        let first = document["first"].as_str();
        assert!(matches!(first, Some("places" | "nothing")) && document["deployment"] == "blue", "{document}");
        assert_eq!(document["stages"].as_array().map(Vec::len), Some(2));
        scripted.run(["load", "-n", "green", "--duration", "1s"]).exits(3);
        scripted.run(["load", "--duration", "1h"]).exits(2);
        let sized = scripted.run(["size", "--rps", "20"]).succeeds().is_quiet();
        assert!(sized.stdout.contains("measured by the emulator that runs)"), "{sized:?}");
        scripted.run(["down"]).succeeds();
        scripted.run(["size", ".", "--rps", "20"]).succeeds().prints("measured by the traffic log");
    }
}

fn sum(series: &Value) -> f64 {
    series["data"].as_array().unwrap().iter().map(|point| point["average"].as_f64().unwrap()).sum()
}
