//! Scale, request and probe settings, resources.

use super::Form::{Int, OneOfCamel, Text};
use super::{Block, Form, honoured};

pub static SCALE: Block = Block {
    name: "scale_settings",
    keys: &[&[
        honoured("type", OneOfCamel(&["default", "target_utilization"]), "`target_utilization` is for Kubernetes only")
            .required(),
        honoured("min_instances", Int, "With target_utilization only").default("1"),
        honoured("max_instances", Int, "With target_utilization only").default("1"),
        honoured("polling_interval", Int, "With target_utilization only").default("1").unit("seconds"),
        honoured("target_utilization_percentage", Int, "With target_utilization only").default("70").unit("percent"),
    ]],
};

pub static REQUESTS: Block = Block {
    name: "request_settings",
    keys: &[&[
        honoured("request_timeout_ms", Int, "After this a request is answered 408")
            .default("5000")
            .unit("milliseconds")
            .range("1 to 180000 managed, 1 to 300000 Kubernetes"),
        honoured(
            "max_concurrent_requests_per_instance",
            Int,
            "In work at once in one instance; as many wait, more get 429",
        )
        .default("1")
        .range("1 and more"),
        honoured("max_queue_wait_ms", Int, "The longest wait of a queued request")
            .default("500")
            .unit("milliseconds")
            .range("1 and more"),
    ]],
};

/// 0 is dropped by az and means the default.
pub static PROBE: Block = Block {
    name: "a probe",
    keys: &[&[
        honoured("initial_delay", Int, "Before the first probe").default("10").unit("seconds").range("1 and more"),
        honoured("period", Int, "From probe to probe").default("10").unit("seconds").range("1 and more"),
        honoured("timeout", Int, "The longest wait for an answer").default("2").unit("seconds").range("1 and more"),
        honoured("success_threshold", Int, "Successes in a row that count").default("1").range("1 and more"),
        honoured("failure_threshold", Int, "Failures in a row that count").default("30").range("1 and more"),
    ]],
};

pub static RESOURCES: Block = Block {
    name: "resources",
    keys: &[&[
        honoured("requests", Form::Block(&QUANTITIES), "What each instance is given; at most the limits"),
        honoured("limits", Form::Block(&QUANTITIES), "What each instance may use"),
    ]],
};

static QUANTITIES: Block = Block {
    name: "resource quantities",
    keys: &[&[
        honoured("cpu", Text, "`\"1\"`, `\"500m\"`; a string").unit("cores"),
        honoured("memory", Text, "`\"2Gi\"`, `\"500Mi\"`; a string").unit("bytes"),
        honoured("gpu", Text, "A whole number; a string").unit("GPUs"),
        honoured("nvidia.com/gpu", Text, "The same as `gpu`").unit("GPUs"),
    ]],
};
