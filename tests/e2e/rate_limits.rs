//! The limits of a managed endpoint as a whole, enforced.

use dsl::{Value, json, on_processes};

on_processes! {
    fn what_azure_would_refuse_or_slow_is_refused_or_slowed(home) {
        let project = home.project("scripted");
        let mut up = project.foreground(["up", "--rate-limits", "enforce"]);
        up.says("Ctrl-C stops it");
        let scripted = project.running();

        // A million bytes more than 5 MB, on a door that was asked for nothing before: a fifth of a second.
        let upload = json!({"echo": 1, "padding": "x".repeat(6_000_000)});
        let slowed = scripted.request().header("TE", "trailers").json(upload).send().is(200);
        slowed.has("trailer", "ms-azureml-bandwidth-request-delay-ms, ms-azureml-bandwidth-response-delay-ms");
        up.says("5 MB a second");

        scripted.request().to("nobody").until(429).body("").has("server", "azureml-frontdoor");
        up.says("500 requests a second");
        up.says("spread the requests, or");
        up.process().interrupt();
        up.ends().exits(130).without_logs().like("rate-limits");
        project.left_nothing();

        let log = project.run(["logs", "--traffic", "-e", "scripted", "-l", "100000", "-o", "json"]).succeeds();
        let first: Value = serde_json::from_str(log.stdout.lines().next().unwrap()).unwrap();
        assert_eq!((&first["ResponseCode"], &first["RequestThrottlingDelayMs"]), (&json!(200), &json!(200)));
    }
}
