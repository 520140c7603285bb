//! Inline models, environments and data; also what a `model.yml` or `environment.yml` holds.

use super::Form::{Anything, Int, ListOf, Loose, MapOf, OneOf, PathOrMap, Text, Version, VersionOrNull};
use super::{Block, Form, Key, azure_only, describes, honoured, read_only};

pub static MODEL: Block = Block { name: "a model", keys: &[MODEL_KEYS] };

pub static ENVIRONMENT: Block = Block { name: "an environment", keys: &[ENVIRONMENT_KEYS] };

/// A file that only we read: what `az ml model show` prints will do.
pub static MODEL_SHOWN: Block = Block { name: "a model", keys: &[MODEL_KEYS, SHOWN] };

pub static ENVIRONMENT_SHOWN: Block = Block { name: "an environment", keys: &[ENVIRONMENT_KEYS, SHOWN] };

/// Printed by the az command line beside what azure-ai-ml writes.
const SHOWN: &[Key] = &[read_only("resourceGroup", "Written by az")];

const MODEL_KEYS: &[Key] = &[
    read_only("$schema", "URL of a JSON Schema, for editors"),
    honoured("name", Text, "Name of the model; without one it is anonymous"),
    honoured("version", Version, "Needs a name").default("1"),
    honoured("path", Text, "File or folder, relative to this file"),
    honoured("type", OneOf(&["custom_model", "mlflow_model", "triton_model"]), "What the model is")
        .default("custom_model"),
    describes("description", Text, "Free text"),
    describes("tags", Anything, "Free key-value pairs"),
    honoured("properties", Anything, "Free key-value pairs; `azureml.unpack: True` unpacks the model's archives"),
    describes("stage", Text, "Free text"),
    describes("flavors", Anything, "MLflow flavors"),
    azure_only("datastore", Text, "Where it is uploaded"),
    describes("system_metadata", Anything, "Written by Azure"),
    azure_only("default_deployment_template", Form::Block(&TEMPLATE), "For registry models"),
    azure_only("allowed_deployment_templates", ListOf(&TEMPLATES), "For registry models"),
    read_only("id", "Written by Azure"),
    read_only("utc_time_created", "Written by Azure"),
    read_only("job_name", "Written by Azure"),
    read_only("latest_version", "Written by Azure"),
    read_only("creation_context", "Written by Azure"),
    read_only("intellectual_property", "Written by Azure"),
];

const ENVIRONMENT_KEYS: &[Key] = &[
    read_only("$schema", "URL of a JSON Schema, for editors"),
    honoured("name", Loose, "Name of the environment; without one it is anonymous"),
    describes("version", VersionOrNull, "Version of the environment"),
    describes("description", Text, "Free text"),
    describes("tags", MapOf(&Loose), "Free key-value pairs"),
    honoured("image", Text, "The image; not with `build`"),
    honoured("conda_file", PathOrMap, "Path of a conda file, relative to this file; or its content"),
    honoured("build", Form::Block(&BUILD), "The image is built from a Dockerfile"),
    honoured("inference_config", Form::Block(&INFERENCE), "Routes of an image with an own server"),
    honoured("os_type", OneOf(&["linux", "windows"]), "Only linux runs here").default("linux"),
    azure_only("datastore", Text, "Where the build context is uploaded"),
    azure_only("auto_delete_setting", Form::Block(&AUTO_DELETE), "When Azure deletes the asset"),
    describes("id", Form::Id, "Written by Azure"),
    read_only("latest_version", "Written by Azure"),
    read_only("creation_context", "Written by Azure"),
    read_only("intellectual_property", "Written by Azure"),
];

static BUILD: Block = Block {
    name: "build",
    keys: &[&[
        honoured("path", Text, "The build context, relative to this file; required by the service"),
        honoured("dockerfile_path", Text, "Relative to the build context").default("Dockerfile"),
    ]],
};

static INFERENCE: Block = Block {
    name: "inference_config",
    keys: &[&[
        honoured("liveness_route", Form::Block(&ROUTE), "What the liveness probe asks").required(),
        honoured("readiness_route", Form::Block(&ROUTE), "What the readiness probe asks").required(),
        honoured("scoring_route", Form::Block(&ROUTE), "Where requests go").required(),
    ]],
};

static ROUTE: Block = Block {
    name: "a route",
    keys: &[&[
        honoured("port", Int, "Port in the container").required().range("1 to 65535"),
        honoured("path", Text, "Path of the URL").required(),
    ]],
};

pub static DATA: Block = Block {
    name: "a data asset",
    keys: &[&[
        azure_only("name", Text, "Name of the asset"),
        azure_only("path", Text, "Where the data is stored"),
        azure_only("version", Text, "Version of the asset"),
        azure_only("data_id", Text, "Id of the asset"),
    ]],
};

static TEMPLATE: Block =
    Block { name: "a deployment template", keys: &[&[azure_only("asset_id", Text, "Id of the template")]] };

static TEMPLATES: Form = Form::Block(&TEMPLATE);

static AUTO_DELETE: Block = Block {
    name: "auto_delete_setting",
    keys: &[&[
        azure_only("condition", OneOf(&["created_greater_than", "last_accessed_greater_than"]), "Which age counts"),
        azure_only("value", Text, "The age, such as `30d`"),
    ]],
};
