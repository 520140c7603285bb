//! Event texts, as AmlOnlineEndpointEventLog has them.

use super::Kind;

/// The columns `Name` and `Message`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlatformEvent {
    pub name: &'static str,
    pub message: String,
}

fn event(name: &'static str, message: String) -> PlatformEvent {
    PlatformEvent { name, message }
}

/// `container`: `inference-server`, `image-fetcher` or `model-mount`, here and below.
pub fn created(container: &str) -> PlatformEvent {
    event("Created", format!("Created container {container}"))
}

pub fn started(container: &str) -> PlatformEvent {
    event("Started", format!("Started container {container}"))
}

pub fn pulled(image: &str) -> PlatformEvent {
    event("Pulled", format!("Container image \"{image}\" already present on machine"))
}

pub fn back_off() -> PlatformEvent {
    event("BackOff", "Back-off restarting failed container".into())
}

/// `kind`: startup or liveness; readiness kills nobody.
pub fn killing_unhealthy(container: &str, kind: Kind) -> PlatformEvent {
    let probe = if kind == Kind::Startup { "startup" } else { "liveness" };
    event("Killing", format!("Container {container} failed {probe} probe, will be restarted"))
}

pub fn killing_stop(container: &str) -> PlatformEvent {
    event("Killing", format!("Stopping container {container}"))
}

/// `why`: [`http_status`], [`timed_out`], or the words of the connection's own error.
pub fn probe_failed(kind: Kind, why: &str) -> PlatformEvent {
    match kind {
        Kind::Liveness => event("LivenessProbeFailed", format!("Liveness probe failed: {why}")),
        Kind::Readiness => event("ReadinessProbeFailed", format!("Readiness probe failed: {why}")),
        Kind::Startup => event("StartupProbeFailed", format!("Startup probe failed: {why}")),
    }
}

/// Why a probe failed that was answered.
pub fn http_status(status: u16) -> String {
    format!("HTTP probe failed with statuscode: {status}")
}

/// Why a probe failed that was not answered within its timeout.
pub fn timed_out(url: &str) -> String {
    format!("Get \"{url}\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)")
}
