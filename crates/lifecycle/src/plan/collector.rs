//! What azureml-ai-monitoring finds in an instance whose deployment has collections of the script.

use super::{Layout, Sidecar, Variable};
use model::{DataCollector, Deployment};
use semantics::data_collector::CONFIG;
use serde_json::{Map, Value, json};

/// Where it sends to, which is known when an instance starts.
pub const HOST: &str = "AZUREML_MDC_HOST";
pub const PORT: &str = "AZUREML_MDC_PORT";

/// `None`: the script collects nothing.
fn wanted(deployment: &Deployment) -> Option<&DataCollector> {
    deployment.data_collector.as_ref().filter(|collector| collector.custom().next().is_some())
}

/// `mdc-config.json`, by the names that the package reads (1.0.0); azure-ai-ml's local mode writes `sampling_percentage`
/// instead, which it does not. `reached`: somebody takes what is sent; else the package prints it, as there.
pub fn collector_settings(deployment: &Deployment, reached: bool) -> Option<String> {
    let collector = wanted(deployment)?;
    let percent = collector.sampling_rate.percent();
    // An integer where it is one.
    let percent = if percent.fract() == 0.0 { json!(percent as u32) } else { json!(percent) };
    let one = |name: &str| (name.to_owned(), json!({"enabled": true, "sampleRatePercentage": percent}));
    let collections: Map<String, Value> = collector.custom().map(one).collect();
    Some(json!({"collections": collections, "runMode": if reached { "cloud" } else { "local" }}).to_string())
}

/// None of them where the user's variables say where to send.
pub(super) fn variables(deployment: &Deployment, layout: &Layout, sidecar: Option<&Sidecar>) -> Vec<Variable> {
    let own = [HOST, PORT].iter().any(|name| deployment.environment_variables.contains_key(*name));
    if wanted(deployment).is_none() || own {
        return vec![];
    }
    let path = ("AZUREML_MDC_CONFIG_PATH", layout.seen(CONFIG), "Azure: which collections azureml-ai-monitoring fills");
    let to = sidecar.into_iter().flat_map(|sidecar| {
        // requests makes the pass a header: the package has no other place for it.
        let host = format!("instance:{}@{}", sidecar.pass, sidecar.host);
        let why = "azureml-ai-monitoring: where it sends what the script collects; 127.0.0.1:50011 in Azure";
        [(HOST, host, why), (PORT, sidecar.port.to_string(), "the port that goes with it")]
    });
    [path].into_iter().chain(to).map(|(name, value, why)| Variable { name, value, why }).collect()
}
