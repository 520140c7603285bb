//! `ManagedOnlineDeployment` and `KubernetesOnlineDeployment`.

use super::Form::{Anything, Bool, Int, OneOf, OneOfCamel, Text};
use super::assets::{ENVIRONMENT, MODEL};
use super::collector::COLLECTOR;
use super::settings::{PROBE, REQUESTS, RESOURCES, SCALE};
use super::{Block, Form, Key, azure_only, describes, honoured, read_only};

pub static MANAGED: Block = Block { name: "a managed deployment", keys: &[COMMON, MANAGED_ONLY] };
pub static KUBERNETES: Block = Block { name: "a Kubernetes deployment", keys: &[COMMON, KUBERNETES_ONLY] };

const COMMON: &[Key] = &[
    read_only("$schema", "URL of a JSON Schema, for editors"),
    honoured("name", Text, "Name of the deployment; stored in lower case")
        .required()
        .range("3 to 32 letters, digits and dashes, a letter first"),
    honoured("endpoint_name", Text, "The endpoint it belongs to").required(),
    honoured(
        "type",
        OneOfCamel(&["managed", "kubernetes"]),
        "`kubernetes`, in lower case, makes it a Kubernetes deployment",
    )
    .default("managed"),
    describes("description", Text, "Free text"),
    describes("id", Text, "Resource id, written by Azure"),
    describes("provisioning_state", Text, "Written by Azure"),
    describes("tags", Anything, "Free key-value pairs"),
    describes("properties", Anything, "Free key-value pairs"),
    honoured(
        "model",
        Form::Reference { block: &MODEL, file: false },
        "A registered model, or an inline one; mounted read-only, AZUREML_MODEL_DIR names its folder",
    ),
    honoured("model_mount_path", Text, "Where the model is mounted, for images with an own server")
        .default("/var/azureml-app/azureml-models")
        .range("absolute; only with inference_config"),
    honoured("code_configuration", Form::Block(&CODE), "The scoring script"),
    honoured(
        "environment",
        Form::Reference { block: &ENVIRONMENT, file: true },
        "What it runs in; required by the service but for MLflow and Triton models",
    ),
    honoured("environment_variables", Anything, "Set in the container; values are made text as Python does")
        .default("{}"),
    azure_only("app_insights_enabled", Bool, "Log to Application Insights").default("false"),
    honoured("scale_settings", Form::Block(&SCALE), "How the instances scale"),
    honoured("request_settings", Form::Block(&REQUESTS), "Timeout, concurrency, queue"),
    honoured("liveness_probe", Form::Block(&PROBE), "When an instance is restarted"),
    honoured("readiness_probe", Form::Block(&PROBE), "When an instance gets requests"),
    honoured("instance_count", Int, "Instances; the 429 arithmetic uses it").default("1").range("1 to 50"),
    honoured(
        "data_collector",
        Form::Block(&COLLECTOR),
        "Collects requests, responses and what the script logs; here into the project's state folder",
    ),
];

const MANAGED_ONLY: &[Key] = &[
    honoured("instance_type", Text, "The VM size").required(),
    honoured(
        "egress_public_network_access",
        OneOf(&["enabled", "disabled"]),
        "Whether it reaches the internet (legacy); `disabled` needs a container engine of this Linux machine",
    )
    .default("enabled")
    .range("`disabled` does not go with an MLflow model"),
    azure_only("private_network_connection", Bool, "Experimental"),
    read_only("creation_context", "Written by Azure"),
];

const KUBERNETES_ONLY: &[Key] = &[
    honoured("instance_type", Text, "Name of the cluster's instance type").default("defaultinstancetype"),
    honoured("resources", Form::Block(&RESOURCES), "Requests and limits of each instance"),
];

static CODE: Block = Block {
    name: "code_configuration",
    keys: &[&[
        read_only("$schema", "URL of a JSON Schema, for editors"),
        honoured("code", Text, "Folder of the scoring script, relative to this file"),
        honoured("scoring_script", Text, "Path of the script below `code`; required with it"),
    ]],
};
