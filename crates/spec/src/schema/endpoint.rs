//! `ManagedOnlineEndpoint` and `KubernetesOnlineEndpoint`.

use super::Form::{Anything, ListOf, MapOf, OneOf, Text};
use super::{Block, Form, Key, azure_only, describes, honoured, read_only};

pub static MANAGED: Block = Block { name: "a managed endpoint", keys: &[COMMON, MANAGED_ONLY] };
pub static KUBERNETES: Block = Block { name: "a Kubernetes endpoint", keys: &[COMMON, KUBERNETES_ONLY] };

const COMMON: &[Key] = &[
    read_only("$schema"),
    honoured("name", Text).required(),
    describes("description", Text),
    describes("tags", Anything),
    describes("properties", Anything),
    honoured("auth_mode", OneOf(&["key", "aml_token", "aad_token"])),
    honoured("traffic", MapOf(&Form::Int)),
    honoured("mirror_traffic", MapOf(&Form::Int)),
    azure_only("identity", Form::Block(&IDENTITY)),
    describes("id", Text),
    describes("location", Text),
    describes("provisioning_state", Text),
    describes("scoring_uri", Text),
    describes("openapi_uri", Text),
    read_only("kind"),
];

const MANAGED_ONLY: &[Key] = &[azure_only("public_network_access", OneOf(&["enabled", "disabled"]))];

const KUBERNETES_ONLY: &[Key] = &[azure_only("compute", Form::Id).required()];

static IDENTITY: Block = Block {
    name: "identity",
    keys: &[&[
        azure_only("type", OneOf(&["system_assigned", "user_assigned", "none"])).required(),
        // az takes any keys here; it uses resource_id, client_id, object_id.
        azure_only("user_assigned_identities", ListOf(&MapOf(&Text))),
        azure_only("principal_id", Text),
        azure_only("tenant_id", Text),
    ]],
};
