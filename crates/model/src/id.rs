//! Identities.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Why a text is not an endpoint or deployment name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvalidName {
    /// Azure takes 3 to 32 characters.
    Length,
    /// A letter first; then letters, digits and single dashes; no dash at the end.
    Characters,
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $type(String);

        impl $type {
            /// Lower-cased, as azure-ai-ml does. Whether the service would take the name is `verdict`'s to say.
            pub fn new(written: &str) -> Self {
                Self(written.to_lowercase())
            }

            /// What Azure's service says of the name.
            pub fn verdict(&self) -> Result<(), InvalidName> {
                valid(&self.0)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// The name of an endpoint.
    EndpointName
);
name!(
    /// The name of a deployment below its endpoint.
    DeploymentName
);

fn valid(name: &str) -> Result<(), InvalidName> {
    if !(3..=32).contains(&name.len()) {
        return Err(InvalidName::Length);
    }
    let ends = name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.ends_with('-');
    let body = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && !name.contains("--");
    if ends && body { Ok(()) } else { Err(InvalidName::Characters) }
}

/// One instance of a deployment; printed `blue/0`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InstanceId {
    pub endpoint: EndpointName,
    pub deployment: DeploymentName,
    pub number: u32,
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.deployment, self.number)
    }
}

/// The GUID that every answer carries as `x-request-id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub Uuid);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}
