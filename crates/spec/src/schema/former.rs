//! Keys of former schemas, above all the previews of 2021, and of the REST model: az refuses them, and the message
//! names today's key. Each row has its evidence; what nobody was seen to write, and no schema has, is inferred.

/// A key that was, and what is written today.
#[derive(Debug)]
pub struct Former {
    /// Name of the block it stood in.
    pub block: &'static str,
    pub name: &'static str,
    pub of: Origin,
    /// What to write today.
    pub today: &'static str,
}

/// Where a key comes from, in words that follow "a key of", and how that is known (read 2026-11-22).
#[derive(Debug)]
pub struct Origin {
    pub words: &'static str,
    /// documented, seen or inferred.
    pub evidence: &'static str,
    pub source: &'static str,
}

const fn origin(words: &'static str, evidence: &'static str, source: &'static str) -> Origin {
    Origin { words, evidence, source }
}

const WORDS: &str = "the 2021 preview";
const REFERENCE: Origin = origin(WORDS, "documented", "azure-docs 2021-09-20, reference-yaml-endpoint-managed-online");
const SCHEMA: Origin = origin(WORDS, "seen", "azureml-examples, cli/.schemas of the preview");
const FILES: Origin = origin(WORDS, "seen", "public files of 2021 with `type: online`");
const PERHAPS: Origin = origin("an older schema, as far as known", "inferred", "SDK v1; no v2 file found that has it");
const REST: Origin =
    origin("the REST model, not of the YAML", "seen", "azure-ai-ml 1.35.2, _restclient/arm_ml_service");
const KUBERNETES: Origin = origin(
    "Kubernetes, not of Azure ML",
    "documented",
    "kubernetes.io, Configure Liveness, Readiness and Startup Probes",
);

const fn former(block: &'static str, name: &'static str, of: Origin, today: &'static str) -> Former {
    Former { block, name, of, today }
}

pub static FORMER: &[Former] = &[
    former("an endpoint", "type", FILES, "remove it: `compute` decides between managed and Kubernetes"),
    former("an endpoint", "target", FILES, "write `compute: azureml:NAME`, for Kubernetes only"),
    former(
        "an endpoint",
        "deployments",
        FILES,
        "write each deployment into a file of its own, with `endpoint_name: NAME`",
    ),
    former(
        "an endpoint",
        "allow_public_access",
        REFERENCE,
        "write `public_network_access: enabled` or `disabled`, for managed only",
    ),
    former("an endpoint", "swagger_uri", SCHEMA, "remove it: Azure writes it, and names it `openapi_uri`"),
    former(
        "scale_settings",
        "scale_type",
        SCHEMA,
        "write `type: default` (`Manual` is `default`, `Auto` is not taken)",
    ),
    former("scale_settings", "instance_count", FILES, "write `instance_count` at the top level of the deployment"),
    former("scale_settings", "minimum", PERHAPS, "write `min_instances`, for Kubernetes only"),
    former("scale_settings", "maximum", PERHAPS, "write `max_instances`, for Kubernetes only"),
    former("code_configuration", "local_path", PERHAPS, "write `code: PATH`"),
    former("code_configuration", "entry_script", PERHAPS, "write `scoring_script`"),
    former("a model", "local_path", SCHEMA, "write `path`"),
    former("a model", "model_uri", PERHAPS, "write `path`"),
    former("a model", "model_format", SCHEMA, "write `type: custom_model`, `mlflow_model` or `triton_model`"),
    former("an environment", "docker", FILES, "write `image: IMAGE`, or for a Dockerfile `build:` with `path`"),
    former("an environment", "path", SCHEMA, "write `build:` with `path`, or remove it beside `image`"),
    former("an environment", "local_path", SCHEMA, "write `build:` with `path`, or remove it beside `image`"),
    former("build", "local_path", SCHEMA, "write `path`"),
    former("build", "context_uri", SCHEMA, "write `path`"),
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

#[cfg(test)]
mod tests {
    use super::FORMER;

    #[test]
    fn every_row_says_how_it_is_known() {
        for row in FORMER {
            assert!(["documented", "seen", "inferred"].contains(&row.of.evidence), "{row:?}");
            assert!(!row.of.source.is_empty() && !row.of.words.is_empty(), "{row:?}");
        }
    }
}
