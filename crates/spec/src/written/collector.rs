//! `data_collector` as written.

use super::{Fields, Spanned};
use crate::check::lenient_float;
use crate::tree::Node;

#[derive(Debug)]
pub struct CollectorWritten {
    /// Names of those that are enabled.
    pub enabled: Vec<String>,
    pub sampling_rate: Option<f64>,
    pub rolling_rate: Option<Spanned<&'static str>>,
    pub capture_headers: Vec<String>,
}

impl CollectorWritten {
    pub fn read(fields: Fields<'_>) -> Option<Self> {
        let (block, _) = fields.block("data_collector")?;
        let collections = block.node.get("collections").map(Node::entries).unwrap_or_default();
        let enabled = collections.iter().filter(|entry| is_enabled(&entry.value));
        let headers = block.block("request_logging").and_then(|(logging, _)| logging.node.get("capture_headers"));
        Some(Self {
            enabled: enabled.map(|entry| entry.name().into_owned()).collect(),
            sampling_rate: block.node.get("sampling_rate").and_then(lenient_float),
            rolling_rate: block.choice("rolling_rate", &["minute", "hour", "day"]),
            capture_headers: headers.map(texts).unwrap_or_default(),
        })
    }
}

fn is_enabled(collection: &Node) -> bool {
    let fields = Fields { node: collection };
    fields.choice("enabled", &["true", "false"]).is_some_and(|enabled| enabled.value == "true")
}

fn texts(list: &Node) -> Vec<String> {
    list.items().iter().filter_map(|item| item.text().map(str::to_owned)).collect()
}
