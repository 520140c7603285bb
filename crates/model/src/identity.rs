//! The managed identity of an endpoint, and where the tokens come from that stand in for it here.

use serde::{Deserialize, Serialize};
use std::fmt;

/// `identity` of an endpoint's YAML.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndpointIdentity {
    /// What an endpoint has that says nothing.
    #[default]
    SystemAssigned,
    UserAssigned(Vec<UserAssigned>),
    None,
}

/// One user-assigned identity, by whatever of it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserAssigned {
    pub resource_id: Option<String>,
    pub client_id: Option<String>,
    pub object_id: Option<String>,
}

/// `[identity] token` of the overlay: what an instance gets that asks for a token of the endpoint's identity.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenSource {
    /// A refusal that says how to switch it on.
    #[default]
    Off,
    /// `az account get-access-token`: the developer's own.
    Az,
    /// A token that no service of Azure's takes.
    Fake,
    /// What a command prints: az's JSON, or the token alone.
    Command(Vec<String>),
    /// The same one always: what a variable of the developer's environment held at `up`.
    Given { variable: String, token: Secret },
    /// No answer of ours: the instance asks the machine's own metadata service.
    Machine,
}

/// Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(secret)")
    }
}
