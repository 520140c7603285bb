//! Scoring ports, one per endpoint, and debug ports, one per deployment: the same ones each time.

use super::owner;
use crate::Home;
use diagnosis::{Diagnosis, local};
use model::{DeploymentName, EndpointName};
use sha2::{Digest, Sha256};
use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::ops::RangeInclusive;
use std::path::Path;

const RANGE: RangeInclusive<u16> = 20000..=29999;

/// The port an endpoint gets while nobody else has it, hashed from the project and the name.
pub fn preferred_port(project: &Path, endpoint: &EndpointName) -> u16 {
    hashed(project, &[endpoint.as_str()])
}

/// Likewise, of a deployment.
pub fn preferred_debug_port(project: &Path, endpoint: &EndpointName, deployment: &DeploymentName) -> u16 {
    hashed(project, &[endpoint.as_str(), deployment.as_str(), "debug"])
}

fn hashed(project: &Path, names: &[&str]) -> u16 {
    let mut hash = Sha256::new_with_prefix(project.as_os_str().as_encoded_bytes());
    for name in names {
        hash.update([0]);
        hash.update(name);
    }
    let digest = hash.finalize();
    RANGE.start() + u16::from_be_bytes([digest[0], digest[1]]) % (RANGE.end() - RANGE.start() + 1)
}

/// A listener on 127.0.0.1.
#[derive(Debug)]
pub struct BoundPort {
    pub listener: TcpListener,
    pub port: u16,
    /// The port it should have been, and somebody else has.
    pub moved_from: Option<u16>,
}

/// Binds the explicit port or none; else the recorded one, else the preferred one, else the next free one.
///
/// # Errors
/// `PortTaken`, with whoever has the port where that can be seen.
pub fn bind_scoring(
    home: &Home,
    explicit: Option<u16>,
    recorded: Option<u16>,
    preferred: u16,
) -> Result<BoundPort, Diagnosis> {
    if let Some(port) = explicit {
        return bind(port).map_err(|error| refused(home, port, &error));
    }
    let wanted = recorded.unwrap_or(preferred);
    let bound = from(wanted).find_map(|port| bind(port).ok());
    let bound = bound.ok_or_else(|| none_free(wanted))?;
    let moved_from = (bound.port != wanted).then_some(wanted);
    Ok(BoundPort { moved_from, ..bound })
}

/// The wanted port, then all of the range, from there and round.
fn from(wanted: u16) -> impl Iterator<Item = u16> {
    let next = if RANGE.contains(&wanted) { wanted } else { *RANGE.start() };
    std::iter::once(wanted).chain(next..=*RANGE.end()).chain(*RANGE.start()..next)
}

fn bind(port: u16) -> std::io::Result<BoundPort> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok(BoundPort { listener, port, moved_from: None })
}

fn refused(home: &Home, port: u16, error: &std::io::Error) -> Diagnosis {
    if error.kind() != ErrorKind::AddrInUse {
        return Diagnosis::error(local::PORT_TAKEN, format!("port {port} cannot be bound: {error}"));
    }
    let owner = owner::of(home, port).map_or_else(String::new, |owner| format!(" by {owner}"));
    Diagnosis::error(local::PORT_TAKEN, format!("port {port} is taken{owner}"))
}

fn none_free(wanted: u16) -> Diagnosis {
    let message = format!("neither port {wanted} nor any of {} to {} is free", RANGE.start(), RANGE.end());
    Diagnosis::error(local::PORT_TAKEN, message).remedy("choose one outside of that range with --port")
}
