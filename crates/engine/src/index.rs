//! A package index that was not reached, known by the words of whoever tried.

use crate::EngineError;

/// Said when it was not reached. pip says so early and ends with "No matching distribution found".
const UNREACHABLE: &[&str] = &[
    "failed to establish a new connection",
    "temporary failure in name resolution",
    "name or service not known",
    "connection refused",
    "network is unreachable",
    "certificate_verify_failed",
    "sslerror",
    "connecttimeouterror",
    "readtimeouterror",
    "read timed out",
    "connection reset by peer",
    "remotedisconnected",
    "cannot connect to proxy",
    "proxyerror",
    "dns error",
    "error sending request",
    "tcp connect error",
    "failed to lookup address",
    "http 000 connection failed",
];

/// `None`: it was not for that.
pub fn unreachable(log: &[String]) -> Option<EngineError> {
    let line = log.iter().find(|line| {
        let line = line.to_lowercase();
        UNREACHABLE.iter().any(|words| line.contains(words))
    });
    line.map(|line| EngineError::IndexUnreachable(line.trim().to_owned()))
}
