//! A token of an endpoint's managed identity: how score.py asks for one, and whether the endpoint has that identity.
//! Azure publishes neither for its endpoints. What is asked is seen in its clients (azure-identity, msal) and samples;
//! what is refused follows App Service, whose protocol it is.

use model::{EndpointIdentity, UserAssigned};

/// Below the address that the instance gets; ours: nobody but the variables names it.
pub const PATH: &str = "/msi/token";

/// Variables by which clients find the address, and the header that each of them brings its secret in.
pub const APP_SERVICE: Protocol =
    Protocol { address: "IDENTITY_ENDPOINT", secret: "IDENTITY_HEADER", header: "x-identity-header" };
pub const MACHINE_LEARNING: Protocol = Protocol { address: "MSI_ENDPOINT", secret: "MSI_SECRET", header: "secret" };

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protocol {
    pub address: &'static str,
    pub secret: &'static str,
    pub header: &'static str,
}

impl Protocol {
    /// App Service writes `expires_on` as text, Azure ML as a number.
    pub fn writes_text(self) -> bool {
        self == APP_SERVICE
    }
}

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// For whom the token is: `https://storage.azure.com`.
    pub resource: &'a str,
    /// Of which user-assigned identity; none: of the endpoint's own.
    pub of: Option<(By, &'a str)>,
}

/// How a user-assigned identity is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    ClientId,
    ResourceId,
    ObjectId,
}

const NAMES: &[(&str, By)] = &[
    ("client_id", By::ClientId),
    ("clientid", By::ClientId),
    ("mi_res_id", By::ResourceId),
    ("msi_res_id", By::ResourceId),
    ("object_id", By::ObjectId),
    ("principal_id", By::ObjectId),
];

/// `None`: no resource is named.
pub fn asked(query: &[(String, String)]) -> Option<Asked<'_>> {
    let value = |name: &str| {
        let found = query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        found.filter(|value| !value.is_empty())
    };
    let of = NAMES.iter().find_map(|(name, by)| Some((*by, value(name)?)));
    Some(Asked { resource: value("resource")?, of })
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Granted,
    /// Here; why Azure may refuse it.
    Doubted(&'static str),
    /// Why not.
    Refused(String),
}

/// `identity`: none where no file says what the endpoint has.
pub fn decide(identity: Option<&EndpointIdentity>, of: Option<(By, &str)>) -> Verdict {
    match (identity, of) {
        (None, _) | (Some(EndpointIdentity::SystemAssigned), None) => Verdict::Granted,
        (Some(EndpointIdentity::None), _) => Verdict::Refused("the endpoint has no identity".into()),
        (Some(EndpointIdentity::SystemAssigned), Some((_, id))) => {
            Verdict::Refused(format!("the endpoint's identity is system-assigned, not the user-assigned {id}"))
        }
        (Some(EndpointIdentity::UserAssigned(_)), None) => Verdict::Doubted(UNNAMED),
        (Some(EndpointIdentity::UserAssigned(known)), Some((by, id))) => {
            if known.is_empty() || known.iter().any(|known| may_be(known, by, id)) {
                return Verdict::Granted;
            }
            Verdict::Refused(format!("the endpoint has another user-assigned identity than {id}"))
        }
    }
}

const UNNAMED: &str = "a user-assigned identity is asked for by its client_id; without one it is the system-assigned identity \
                       that is asked, which this endpoint does not have";

/// What the file does not write is not known.
fn may_be(known: &UserAssigned, by: By, id: &str) -> bool {
    let written = match by {
        By::ClientId => &known.client_id,
        By::ResourceId => &known.resource_id,
        By::ObjectId => &known.object_id,
    };
    written.as_ref().is_none_or(|written| written.eq_ignore_ascii_case(id))
}
