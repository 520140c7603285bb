//! What an engine can say no to, told apart where the caller acts differently.

use std::path::PathBuf;

#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// Nothing answers: no socket, refused, or gone in the middle.
    #[error("no engine answers: {0}")]
    Unavailable(String),
    /// DNS, refused or TLS on the way to a registry or package index: trying elsewhere makes sense.
    #[error("{target} cannot be reached: {reason}")]
    Unreachable { target: String, reason: String },
    /// The registry answered 401 or 403.
    #[error("{image}: access denied: {reason}")]
    Denied { image: String, reason: String },
    /// The image is nowhere to be found.
    #[error("{image}: not found: {reason}")]
    ImageNotFound { image: String, reason: String },
    /// A build or an installation failed; `step` is the failing one, `log` everything it said.
    #[error("{step} failed: {reason}")]
    BuildFailed { step: String, reason: String, log: Vec<String> },
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
