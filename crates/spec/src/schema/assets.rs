//! Inline models, environments and data; also what a `model.yml` or `environment.yml` holds.

use super::Form::{Anything, Int, ListOf, Loose, OneOf, PathOrMap, Text, Version, VersionOrNull};
use super::{Block, Form, azure_only, describes, honoured, read_only};

pub static MODEL: Block = Block {
    name: "a model",
    keys: &[&[
        read_only("$schema"),
        honoured("name", Text),
        honoured("version", Version),
        honoured("path", Text),
        honoured("type", OneOf(&["custom_model", "mlflow_model", "triton_model"])),
        describes("description", Text),
        describes("tags", Anything),
        describes("properties", Anything),
        describes("stage", Text),
        describes("flavors", Anything),
        azure_only("datastore", Text),
        describes("system_metadata", Anything),
        azure_only("default_deployment_template", Form::Block(&TEMPLATE)),
        azure_only("allowed_deployment_templates", ListOf(&Form::Block(&TEMPLATE))),
        read_only("id"),
        read_only("utc_time_created"),
        read_only("job_name"),
        read_only("latest_version"),
        read_only("creation_context"),
    ]],
};

pub static ENVIRONMENT: Block = Block {
    name: "an environment",
    keys: &[&[
        read_only("$schema"),
        honoured("name", Loose),
        describes("version", VersionOrNull),
        describes("description", Text),
        describes("tags", Anything),
        honoured("image", Text),
        honoured("conda_file", PathOrMap),
        honoured("build", Form::Block(&BUILD)),
        honoured("inference_config", Form::Block(&INFERENCE)),
        honoured("os_type", OneOf(&["linux", "windows"])),
        azure_only("datastore", Text),
        azure_only("auto_delete_setting", Form::Block(&AUTO_DELETE)),
        describes("id", Form::Id),
        read_only("latest_version"),
        read_only("creation_context"),
    ]],
};

static BUILD: Block =
    Block { name: "build", keys: &[&[honoured("path", Text).required(), honoured("dockerfile_path", Text)]] };

static INFERENCE: Block = Block {
    name: "inference_config",
    keys: &[&[
        honoured("liveness_route", Form::Block(&ROUTE)).required(),
        honoured("readiness_route", Form::Block(&ROUTE)).required(),
        honoured("scoring_route", Form::Block(&ROUTE)).required(),
    ]],
};

static ROUTE: Block =
    Block { name: "a route", keys: &[&[honoured("port", Int).required(), honoured("path", Text).required()]] };

pub static DATA: Block = Block {
    name: "a data asset",
    keys: &[&[
        azure_only("name", Text),
        azure_only("path", Text),
        azure_only("version", Text),
        azure_only("data_id", Text),
    ]],
};

static TEMPLATE: Block = Block { name: "a deployment template", keys: &[&[azure_only("asset_id", Text)]] };

static AUTO_DELETE: Block = Block {
    name: "auto_delete_setting",
    keys: &[&[
        azure_only("condition", OneOf(&["created_greater_than", "last_accessed_greater_than"])),
        azure_only("value", Text),
    ]],
};
