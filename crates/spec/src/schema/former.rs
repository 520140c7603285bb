//! Keys of former schemas, above all the previews of 2021, and of the REST model: az refuses them, and the message
//! names today's key. Sources: public files of 2021 (`$schema` ending in `managedOnlineEndpoint.schema.json`, with
//! `deployments:` inside), MicrosoftDocs/azure-docs of that year, and the REST model of 2024-10-01.

/// A key that was, and what is written today.
#[derive(Debug)]
pub struct Former {
    /// Name of the block it stood in.
    pub block: &'static str,
    pub name: &'static str,
    /// Where it comes from.
    pub of: &'static str,
    /// What to write today.
    pub today: &'static str,
}

const PREVIEW: &str = "the 2021 preview";
const REST: &str = "the REST model, not of the YAML";
const KUBERNETES: &str = "Kubernetes, not of Azure ML";

const fn former(block: &'static str, name: &'static str, of: &'static str, today: &'static str) -> Former {
    Former { block, name, of, today }
}

pub static FORMER: &[Former] = &[
    former("an endpoint", "type", PREVIEW, "remove it: `compute` decides between managed and Kubernetes"),
    former("an endpoint", "target", PREVIEW, "write `compute: azureml:NAME`, for Kubernetes only"),
    former(
        "an endpoint",
        "deployments",
        PREVIEW,
        "write each deployment into a file of its own, with `endpoint_name: NAME`",
    ),
    former(
        "scale_settings",
        "scale_type",
        PREVIEW,
        "write `type: default` (`Manual` is `default`, `Auto` is not taken)",
    ),
    former("scale_settings", "instance_count", PREVIEW, "write `instance_count` at the top level of the deployment"),
    former("scale_settings", "minimum", PREVIEW, "write `min_instances`, for Kubernetes only"),
    former("scale_settings", "maximum", PREVIEW, "write `max_instances`, for Kubernetes only"),
    former("code_configuration", "local_path", PREVIEW, "write `code: PATH`"),
    former("code_configuration", "entry_script", PREVIEW, "write `scoring_script`"),
    former("a model", "local_path", PREVIEW, "write `path`"),
    former("a model", "model_uri", PREVIEW, "write `path`"),
    former("a model", "model_format", PREVIEW, "write `type: custom_model`, `mlflow_model` or `triton_model`"),
    former("an environment", "docker", PREVIEW, "write `image: IMAGE`, or for a Dockerfile `build:` with `path`"),
    former("an environment", "path", PREVIEW, "write `build:` with `path`, or remove it beside `image`"),
    former("build", "local_path", PREVIEW, "write `path`"),
    former("a deployment", "startup_probe", REST, "raise `initial_delay` and `failure_threshold` of `liveness_probe`"),
    former("a deployment", "sku", REST, "write `instance_type` and `instance_count`"),
    former("a probe", "path", KUBERNETES, "the path is `liveness_route` or `readiness_route` of `inference_config`"),
    former("a probe", "port", KUBERNETES, "the port is in `liveness_route` or `readiness_route` of `inference_config`"),
    former("a probe", "http_get", KUBERNETES, "path and port are in the routes of `inference_config`"),
];

/// What became of the key of that name in that block.
pub fn find(block: &str, name: &str) -> Option<&'static Former> {
    FORMER.iter().find(|it| it.name == name && same(it.block, block))
}

/// "an endpoint" is a managed one and a Kubernetes one.
pub fn same(of: &str, block: &str) -> bool {
    let kind = of.trim_start_matches("an ").trim_start_matches("a ");
    of == block || matches!(kind, "endpoint" | "deployment") && block.ends_with(&format!(" {kind}"))
}
