//! What an engine can say no to, told apart where the caller acts differently.

use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// Nothing answers: no socket, refused, or gone in the middle.
    #[error("no engine answers: {0}")]
    Unavailable(String),
    /// DNS, refused or TLS on the way to a registry: trying elsewhere makes sense.
    #[error("{target} cannot be reached: {reason}")]
    Unreachable { target: String, reason: String },
    /// The same on the way to a package index; `step` and `log` as of a build that failed.
    #[error("the package index cannot be reached: {reason}")]
    IndexUnreachable { step: String, reason: String, log: Vec<String> },
    /// The registry answered 401 or 403; `login`: although a login was sent.
    #[error("{image}: access denied: {reason}")]
    Denied { image: String, reason: String, login: bool },
    /// The image is not on this machine, and nobody was to be asked for it.
    #[error("{image} is not on this machine, and pulling is off")]
    ImageAbsent { image: String },
    /// The image is nowhere to be found.
    #[error("{image}: not found: {reason}")]
    ImageNotFound { image: String, reason: String },
    /// The registry answered and failed all the same: an error of its own, a limit, a download that broke off.
    #[error("{image}: the registry failed: {reason}")]
    RegistryFailed { image: String, reason: String },
    /// A build or an installation failed; `step` is the failing one, `log` everything it said.
    #[error("{step} failed: {reason}")]
    BuildFailed { step: String, reason: String, log: Vec<String> },
    /// A build was ended at its deadline.
    #[error("{step} was ended after {} s", after.as_secs())]
    BuildTimedOut { step: String, after: Duration, log: Vec<String> },
    /// The Dockerfile needs BuildKit, and no docker command here has it.
    #[error("{line} needs BuildKit: {reason}")]
    BuildKitMissing { line: String, reason: String },
    /// The program named in the command is not in the image.
    #[error("{program} is not in the image")]
    ProgramNotFound { program: String },
    /// The path to mount is not there.
    #[error("{0} does not exist")]
    MountMissing(PathBuf),
    /// The host port is taken.
    #[error("port {0} is taken")]
    PortTaken(u16),
    #[error("no such instance")]
    NoSuchInstance,
    /// The engine has no such thing, and says why.
    #[error("{0}")]
    Unsupported(String),
    #[error("the disk is full: {0}")]
    DiskFull(String),
    #[error("{0}")]
    Other(String),
}
