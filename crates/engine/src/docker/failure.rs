//! The engine's and the registry's words, told apart where the caller acts differently.

use super::reference::{registry, with_tag};
use crate::EngineError;
use bollard::errors::Error;
use std::error::Error as _;

/// Said by a registry that knows the image and will not give it, or that hides which of both it is.
const DENIED: &[&str] = &[
    "pull access denied",
    "unauthorized",
    "access denied",
    "authentication required",
    "no basic auth credentials",
    "403 forbidden",
    "denied: ",
    "insufficient_scope",
    "http 401 response",
    "http 403 response",
];

/// Said when the registry was not even reached.
const UNREACHABLE: &[&str] = &[
    "no such host",
    "connection refused",
    "i/o timeout",
    "x509",
    "tls: ",
    "tls handshake timeout",
    "network is unreachable",
    "no route to host",
    "client.timeout exceeded",
    "context deadline exceeded",
    "server misbehaving",
    "temporary failure in name resolution",
    "proxyconnect",
    "server gave http response to https client",
];

const NOT_FOUND: &[&str] = &[
    "manifest unknown",
    "not found",
    "does not exist",
    "no such image",
    "name unknown",
    "no matching manifest",
    "no image found in manifest list",
];

/// Said of a connection that broke off. At the first call of all nothing of the registry was heard: it is not reached.
const CUT: &[&str] = &["eof", "connection reset by peer"];
const FIRST_CALL: &str = "/v2/\": ";

/// Everything but pulling, building and starting.
pub fn general(error: Error) -> EngineError {
    match error {
        Error::DockerResponseServerError { status_code: 404, message }
            if message.to_lowercase().contains("no such container") =>
        {
            EngineError::NoSuchInstance
        }
        Error::DockerResponseServerError { message, .. } | Error::DockerStreamError { error: message } => said(message),
        Error::IOError { .. }
        | Error::HyperLegacyError { .. }
        | Error::HyperResponseError { .. }
        | Error::SocketNotFoundError(_)
        | Error::RequestTimeoutError => EngineError::Unavailable(chain(&error)),
        error => EngineError::Other(chain(&error)),
    }
}

fn said(message: String) -> EngineError {
    if message.to_lowercase().contains("no space left on device") {
        EngineError::DiskFull(message)
    } else {
        EngineError::Other(message)
    }
}

/// The error with what lies beneath it: hyper's own words are only "client error (Connect)".
pub fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

/// `login`: one was sent.
pub fn pull(image: &str, login: bool, error: Error) -> EngineError {
    let said = match error {
        Error::DockerResponseServerError { status_code, message } => pull_said(image, Some(status_code), &message),
        Error::DockerStreamError { error } => pull_said(image, None, &error),
        error => return general(error),
    };
    match said {
        EngineError::Denied { image, reason, .. } => EngineError::Denied { image, reason, login },
        EngineError::Other(reason) => EngineError::RegistryFailed { image: image.to_owned(), reason },
        told => told,
    }
}

/// What a failed pull means. Docker Hub answers 404 to "pull access denied ... repository does not exist".
pub fn pull_said(image: &str, status: Option<u16>, message: &str) -> EngineError {
    let words = message.to_lowercase();
    let any = |list: &[&str]| list.iter().any(|piece| words.contains(piece));
    let unheard = words.contains(FIRST_CALL) && CUT.iter().any(|end| words.ends_with(end));
    let (image, reason) = (image.to_owned(), without_queries(message));
    if any(DENIED) || words == "denied" || matches!(status, Some(401 | 403)) {
        EngineError::Denied { image, reason, login: false }
    } else if any(UNREACHABLE) || unheard {
        EngineError::Unreachable { target: registry(&image).to_owned(), reason }
    } else if any(NOT_FOUND) || status == Some(404) {
        let reason = reason.replace(&format!("manifest for {} not found: ", with_tag(&image)), "");
        EngineError::ImageNotFound { image, reason }
    } else {
        said(reason)
    }
}

/// Registries hand on to signed addresses of their storage, and the query of such an address is a credential.
fn without_queries(message: &str) -> String {
    let (mut kept, mut rest) = (String::new(), message);
    while let Some((before, query)) = rest.split_once('?') {
        kept.push_str(before);
        let is_address = before.rsplit([' ', '"']).next().is_some_and(|word| word.starts_with("http"));
        rest = if is_address { &query[query.find([' ', '"']).unwrap_or(query.len())..] } else { query };
        kept.push_str(if is_address { "" } else { "?" });
    }
    kept + rest
}

/// Creating and starting a container.
pub fn start(image: &str, error: Error) -> EngineError {
    match error {
        Error::DockerResponseServerError { status_code, message } => start_said(image, status_code, message),
        error => general(error),
    }
}

fn start_said(image: &str, status: u16, message: String) -> EngineError {
    if let Some(program) = missing_program(&message) {
        EngineError::ProgramNotFound { program }
    } else if let Some(port) = taken_port(&message) {
        EngineError::PortTaken(port)
    } else if status == 404 && message.contains("No such image") {
        EngineError::ImageNotFound { image: image.to_owned(), reason: message }
    } else {
        said(message)
    }
}

/// `exec: "nope": executable file not found in $PATH`, or with a path: `stat /nope: no such file or directory`.
fn missing_program(message: &str) -> Option<String> {
    let missing =
        message.contains("executable file not found") || message.contains(": no such file or directory: unknown");
    let (_, after) = message.split_once("exec: \"")?;
    let (program, _) = after.split_once('"')?;
    missing.then(|| program.to_owned())
}

/// `Bind for 127.0.0.1:18555 failed: port is already allocated`.
fn taken_port(message: &str) -> Option<u16> {
    let taken = message.contains("port is already allocated") || message.contains("address already in use");
    let (_, after) = message.split_once("127.0.0.1:")?;
    let digits = after.split(|c: char| !c.is_ascii_digit()).next()?;
    taken.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
