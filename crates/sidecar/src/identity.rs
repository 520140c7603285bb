//! `GET /msi/token`: a token of the endpoint's managed identity.

use crate::answer::{Refusal, granted};
use crate::sidecar::Shared;
use crate::tokens::origin;
use axum::Json;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use diagnosis::{Diagnosis, local};
use model::{EndpointIdentity, EventKind, InstanceId, TokenSource};
use semantics::identity::{APP_SERVICE, Asked, By, MACHINE_LEARNING, Protocol, Verdict, asked, decide};
use serde_json::Value;
use std::sync::Arc;

/// Of one endpoint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// As its file has it; none: no file does.
    pub written: Option<EndpointIdentity>,
    pub source: TokenSource,
}

const OFF: &str = "local-endpoint: the managed identity is off on this machine. Write into local-endpoint.toml, beside the \
                   deployment's YAML, the lines `[identity]` and `token = \"az\"` (tokens of your own az login) or \
                   `token = \"fake\"`, then run `local-endpoint up` again";

pub async fn token(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Refusal> {
    let (protocol, instance) = shown(&shared, &headers).ok_or_else(Refusal::stranger)?;
    let asked =
        asked(&query).ok_or_else(|| Refusal::bad("local-endpoint: the parameter resource is missing".into()))?;
    let identity = shared.identity(&instance);
    if identity.source == TokenSource::Off {
        shared.say_once(&instance.endpoint, off(&instance, asked.resource));
        return Err(Refusal::bad(OFF.into()));
    }
    match decide(identity.written.as_ref(), asked.of) {
        Verdict::Granted => {}
        Verdict::Doubted(why) => shared.say_once(&instance.endpoint, doubted(&instance, why)),
        Verdict::Refused(why) => {
            shared.say_once(&instance.endpoint, refused(&instance, &why));
            return Err(Refusal::bad(format!("local-endpoint: {why} (`identity` of the endpoint's YAML)")));
        }
    }
    answer(&shared, &instance, protocol, asked, &identity.source).await
}

/// The protocol of the header, and whose pass is in it.
fn shown(shared: &Shared, headers: &HeaderMap) -> Option<(Protocol, InstanceId)> {
    let of = |protocol: Protocol| {
        let pass = headers.get(protocol.header)?.to_str().ok()?;
        Some((protocol, shared.passes.read(pass)?))
    };
    [APP_SERVICE, MACHINE_LEARNING].into_iter().find_map(of)
}

async fn answer(
    shared: &Shared,
    instance: &InstanceId,
    protocol: Protocol,
    asked: Asked<'_>,
    source: &TokenSource,
) -> Result<Json<Value>, Refusal> {
    match shared.tokens.of(source, asked.resource).await {
        Ok(token) => {
            let text = format!("instance {} got a token for {} ({})", instance.number, asked.resource, origin(source));
            shared.tell_once(
                instance.endpoint.as_str(),
                EventKind::Progress { deployment: Some(instance.deployment.clone()), text },
            );
            let client_id = asked.of.filter(|(by, _)| *by == By::ClientId).map(|(_, id)| id);
            Ok(granted(protocol, &token, asked.resource, client_id))
        }
        Err(why) => {
            shared.say_once(&instance.endpoint, failed(instance, source, asked.resource, &why));
            Err(Refusal::bad(format!("local-endpoint: no token for {}: {why}", asked.resource)))
        }
    }
}

fn off(instance: &InstanceId, resource: &str) -> Diagnosis {
    let message = format!("{instance} asked for a token for {resource}, and was refused: [identity] is off");
    Diagnosis::warning(local::IDENTITY_OFF, message)
}

fn doubted(instance: &InstanceId, why: &str) -> Diagnosis {
    let message = format!("{instance} asked for a token without naming the identity: {why}");
    Diagnosis::warning(local::IDENTITY_UNNAMED, message).fact("evidence", "inferred: so in App Service")
}

fn refused(instance: &InstanceId, why: &str) -> Diagnosis {
    let message = format!("{instance} asked for a token, and was refused: {why}");
    Diagnosis::warning(local::IDENTITY_REFUSED, message).fact("evidence", "inferred: so in App Service")
}

fn failed(instance: &InstanceId, source: &TokenSource, resource: &str, why: &str) -> Diagnosis {
    let message = format!("{instance} asked for a token for {resource}, and got none: {why}");
    let found = Diagnosis::warning(local::IDENTITY_TOKEN_FAILED, message);
    match source {
        TokenSource::Az => found.remedy(format!(
            "run `az login`; `az account get-access-token --resource {resource}` has to print a token"
        )),
        TokenSource::Given { variable, .. } => {
            found.remedy(format!("put a new token into {variable} and run `local-endpoint up` again"))
        }
        _ => found,
    }
}
