//! `ManagedOnlineDeployment` and `KubernetesOnlineDeployment`.

use super::Form::{Anything, Bool, Int, ListOf, MapOf, OneOf, Text, TextOr};
use super::assets::{DATA, ENVIRONMENT, MODEL};
use super::{Block, Form, Key, azure_only, describes, honoured, read_only};

pub static MANAGED: Block = Block { name: "a managed deployment", keys: &[COMMON, MANAGED_ONLY] };
pub static KUBERNETES: Block = Block { name: "a Kubernetes deployment", keys: &[COMMON, KUBERNETES_ONLY] };

const COMMON: &[Key] = &[
    read_only("$schema"),
    honoured("name", Text).required(),
    honoured("endpoint_name", Text).required(),
    honoured("type", OneOf(&["managed", "kubernetes"])),
    describes("description", Text),
    describes("id", Text),
    describes("provisioning_state", Text),
    describes("tags", Anything),
    describes("properties", Anything),
    honoured("model", Form::Reference { block: &MODEL, file: false }),
    honoured("model_mount_path", Text),
    honoured("code_configuration", Form::Block(&CODE)),
    honoured("environment", Form::Reference { block: &ENVIRONMENT, file: true }),
    honoured("environment_variables", Anything),
    azure_only("app_insights_enabled", Bool),
    honoured("scale_settings", Form::Block(&SCALE)),
    honoured("request_settings", Form::Block(&REQUESTS)),
    honoured("liveness_probe", Form::Block(&PROBE)),
    honoured("readiness_probe", Form::Block(&PROBE)),
    honoured("instance_count", Int),
    azure_only("data_collector", Form::Block(&COLLECTOR)),
    read_only("creation_context"),
];

const MANAGED_ONLY: &[Key] = &[
    honoured("instance_type", Text).required(),
    azure_only("egress_public_network_access", OneOf(&["enabled", "disabled"])),
    azure_only("private_network_connection", Bool),
];

const KUBERNETES_ONLY: &[Key] = &[honoured("instance_type", Text), honoured("resources", Form::Block(&RESOURCES))];

static CODE: Block =
    Block { name: "code_configuration", keys: &[&[honoured("code", Text), honoured("scoring_script", Text)]] };

static SCALE: Block = Block {
    name: "scale_settings",
    keys: &[&[
        honoured("type", OneOf(&["default", "target_utilization"])).required(),
        honoured("min_instances", Int),
        honoured("max_instances", Int),
        honoured("polling_interval", Int),
        honoured("target_utilization_percentage", Int),
    ]],
};

static REQUESTS: Block = Block {
    name: "request_settings",
    keys: &[&[
        honoured("request_timeout_ms", Int),
        honoured("max_concurrent_requests_per_instance", Int),
        honoured("max_queue_wait_ms", Int),
    ]],
};

static PROBE: Block = Block {
    name: "a probe",
    keys: &[&[
        honoured("initial_delay", Int),
        honoured("period", Int),
        honoured("timeout", Int),
        honoured("success_threshold", Int),
        honoured("failure_threshold", Int),
    ]],
};

static RESOURCES: Block = Block {
    name: "resources",
    keys: &[&[honoured("requests", Form::Block(&QUANTITIES)), honoured("limits", Form::Block(&QUANTITIES))]],
};

static QUANTITIES: Block = Block {
    name: "resource quantities",
    keys: &[&[
        honoured("cpu", Text),
        honoured("memory", Text),
        honoured("gpu", Text),
        honoured("nvidia.com/gpu", Text),
    ]],
};

static COLLECTOR: Block = Block {
    name: "data_collector",
    keys: &[&[
        azure_only("collections", MapOf(&Form::Block(&COLLECTION))).required(),
        azure_only("rolling_rate", OneOf(&["minute", "hour", "day"])),
        azure_only("sampling_rate", Form::Rate),
        azure_only("request_logging", Form::Block(&REQUEST_LOGGING)),
    ]],
};

static COLLECTION: Block = Block {
    name: "a collection",
    keys: &[&[
        azure_only("enabled", Form::OneOf(&["true", "false"])).required(),
        azure_only("data", TextOr(&DATA)),
        azure_only("client_id", Text),
    ]],
};

static REQUEST_LOGGING: Block =
    Block { name: "request_logging", keys: &[&[azure_only("capture_headers", ListOf(&Form::Text))]] };
