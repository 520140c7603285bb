//! A deployment file as written.

use super::assets::{AssetWritten, EnvironmentWritten, ModelWritten};
use super::collector::CollectorWritten;
use super::settings::{ProbeWritten, RequestsWritten, ScaleWritten};
use super::{Fields, Kept, Spanned, kept};
use crate::schema::Block;
use crate::schema::deployment::{KUBERNETES, MANAGED};
use crate::source::At;
use crate::tree::{Entry, Node};

#[derive(Debug)]
pub struct DeploymentWritten {
    pub kubernetes: bool,
    pub name: Option<Spanned<String>>,
    pub endpoint_name: Option<Spanned<String>>,
    pub model: Option<AssetWritten<ModelWritten>>,
    pub model_mount_path: Option<Spanned<String>>,
    pub code: Option<CodeWritten>,
    pub environment: Option<AssetWritten<EnvironmentWritten>>,
    pub environment_variables: Vec<Entry>,
    pub requests: RequestsWritten,
    pub liveness: ProbeWritten,
    pub readiness: ProbeWritten,
    pub instance_count: Option<Spanned<i64>>,
    pub instance_type: Option<Spanned<String>>,
    pub scale: Option<ScaleWritten>,
    pub requested: Option<Vec<Quantity>>,
    pub limited: Option<Vec<Quantity>>,
    pub egress: Option<Spanned<&'static str>>,
    pub collector: Option<CollectorWritten>,
    pub kept: Kept,
    pub at: At,
}

#[derive(Debug)]
pub struct CodeWritten {
    pub code: Option<Spanned<String>>,
    pub scoring_script: Option<Spanned<String>>,
    pub at: At,
}

/// `type: kubernetes`, in exactly these letters, makes it a Kubernetes deployment, as az decides it.
pub fn block(node: &Node) -> &'static Block {
    if node.get("type").and_then(Node::text) == Some("kubernetes") { &KUBERNETES } else { &MANAGED }
}

impl DeploymentWritten {
    pub fn read(node: &Node, at: At) -> Self {
        let fields = Fields { node };
        let block = block(node);
        Self {
            kubernetes: std::ptr::eq(block, &raw const KUBERNETES),
            name: fields.text("name"),
            endpoint_name: fields.text("endpoint_name"),
            model: AssetWritten::read(fields, "model", ModelWritten::read),
            model_mount_path: fields.text("model_mount_path"),
            code: fields.block("code_configuration").map(|(block, at)| CodeWritten::read(block, at)),
            environment: AssetWritten::read(fields, "environment", EnvironmentWritten::read),
            environment_variables: node
                .get("environment_variables")
                .map(|it| it.entries().to_vec())
                .unwrap_or_default(),
            requests: RequestsWritten::read(fields),
            liveness: ProbeWritten::read(fields, "liveness_probe"),
            readiness: ProbeWritten::read(fields, "readiness_probe"),
            instance_count: fields.int("instance_count"),
            instance_type: fields.text("instance_type"),
            scale: ScaleWritten::read(fields),
            requested: quantities(fields, "requests"),
            limited: quantities(fields, "limits"),
            egress: fields.choice("egress_public_network_access", &["enabled", "disabled"]),
            collector: CollectorWritten::read(fields),
            kept: kept(node, block),
            at,
        }
    }
}

impl CodeWritten {
    fn read(block: Fields<'_>, at: At) -> Self {
        Self { code: block.text("code"), scoring_script: block.text("scoring_script"), at }
    }
}

/// Name, amount, place.
pub type Quantity = (String, String, At);

fn quantities(fields: Fields<'_>, key: &str) -> Option<Vec<Quantity>> {
    let node = fields.block("resources")?.0.block(key)?.0.node;
    let one = |entry: &Entry| Some((entry.name().into_owned(), entry.value.text()?.to_owned(), entry.value.at.clone()));
    Some(node.entries().iter().filter_map(one).collect())
}
