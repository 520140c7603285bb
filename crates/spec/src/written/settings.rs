//! Request settings, probes and scale as written.

use super::{Fields, Spanned};
use crate::source::At;

type Number = Option<Spanned<i64>>;

#[derive(Debug)]
pub struct RequestsWritten {
    pub timeout_ms: Number,
    pub max_concurrent: Number,
    pub max_queue_wait_ms: Number,
}

#[derive(Debug, Default)]
pub struct ProbeWritten {
    pub initial_delay: Number,
    pub period: Number,
    pub timeout: Number,
    pub success_threshold: Number,
    pub failure_threshold: Number,
}

#[derive(Debug)]
pub struct ScaleWritten {
    pub target: bool,
    pub min_instances: Number,
    pub max_instances: Number,
    pub polling_interval: Number,
    pub target_percent: Number,
    pub at: At,
}

impl RequestsWritten {
    pub fn read(fields: Fields<'_>) -> Self {
        let int = |key| fields.block("request_settings").and_then(|(block, _)| block.int(key));
        Self {
            timeout_ms: int("request_timeout_ms"),
            max_concurrent: int("max_concurrent_requests_per_instance"),
            max_queue_wait_ms: int("max_queue_wait_ms"),
        }
    }
}

impl ProbeWritten {
    pub fn read(fields: Fields<'_>, key: &str) -> Self {
        let Some((block, _)) = fields.block(key) else {
            return Self::default();
        };
        Self {
            initial_delay: block.int("initial_delay"),
            period: block.int("period"),
            timeout: block.int("timeout"),
            success_threshold: block.int("success_threshold"),
            failure_threshold: block.int("failure_threshold"),
        }
    }
}

impl ScaleWritten {
    pub fn read(fields: Fields<'_>) -> Option<Self> {
        let (block, at) = fields.block("scale_settings")?;
        let kind = block.choice("type", &["default", "target_utilization"])?;
        Some(Self {
            target: kind.value == "target_utilization",
            min_instances: block.int("min_instances"),
            max_instances: block.int("max_instances"),
            polling_interval: block.int("polling_interval"),
            target_percent: block.int("target_utilization_percentage"),
            at,
        })
    }
}
