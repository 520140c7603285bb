//! `ManagedOnlineEndpoint` and `KubernetesOnlineEndpoint`.

use super::Form::{Anything, ListOf, MapOf, OneOf, OneOfCamel, Text};
use super::{Block, Form, Key, azure_only, describes, honoured, read_only};

pub static MANAGED: Block = Block { name: "a managed endpoint", keys: &[COMMON, MANAGED_ONLY] };
pub static KUBERNETES: Block = Block { name: "a Kubernetes endpoint", keys: &[COMMON, KUBERNETES_ONLY] };

const COMMON: &[Key] = &[
    read_only("$schema", "URL of a JSON Schema, for editors"),
    honoured("name", Text, "Name of the endpoint; stored in lower case")
        .required()
        .range("3 to 32 letters, digits and dashes, a letter first"),
    describes("description", Text, "Free text"),
    describes("tags", Anything, "Free key-value pairs"),
    describes("properties", Anything, "Free key-value pairs"),
    honoured("auth_mode", OneOfCamel(&["key", "aml_token", "aad_token"]), "How callers prove who they are")
        .default("key"),
    honoured("traffic", MapOf(&Form::Int), "Share of the requests by deployment; az refuses more than 100 in all")
        .default("{}: 404 without the header azureml-model-deployment")
        .unit("percent")
        .range("adds up to 0 or 100"),
    honoured("mirror_traffic", MapOf(&Form::Int), "Share of the live requests that one deployment gets a copy of")
        .default("{}")
        .unit("percent")
        .range("one deployment, 0 to 50; managed only; not one with live traffic"),
    honoured(
        "identity",
        Form::Block(&IDENTITY),
        "Managed identity of the endpoint; `[identity]` of the overlay says what stands in for it here",
    )
    .default("system_assigned"),
    describes("id", Text, "Resource id, written by Azure"),
    describes("location", Text, "Azure region, written by Azure"),
    describes("provisioning_state", Text, "Written by Azure"),
    describes("scoring_uri", Text, "Written by Azure; here `status` shows it"),
    describes("openapi_uri", Text, "Written by Azure"),
    read_only("kind", "Written by Azure"),
];

const MANAGED_ONLY: &[Key] = &[azure_only(
    "public_network_access",
    OneOf(&["enabled", "disabled"]),
    "Whether the endpoint is reached from the internet; here it listens on this machine only",
)
.default("enabled")];

const KUBERNETES_ONLY: &[Key] = &[azure_only(
    "compute",
    Form::Id,
    "The attached cluster, `azureml:NAME`; its presence makes it a Kubernetes endpoint",
)
.required()];

/// Of an identity.
pub const KINDS: &[&str] = &["system_assigned", "user_assigned", "none"];

static IDENTITY: Block = Block {
    name: "identity",
    keys: &[&[
        honoured("type", OneOfCamel(KINDS), "Kind of the identity").required(),
        // az takes any keys here; it uses resource_id, client_id, object_id.
        honoured("user_assigned_identities", ListOf(&MapOf(&Text)), "The one identity, by `resource_id`")
            .range("at most 1"),
        describes("principal_id", Text, "Written by Azure"),
        describes("tenant_id", Text, "Written by Azure"),
    ]],
};
