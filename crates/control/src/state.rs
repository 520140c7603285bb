//! The state folder: what one call of the command leaves for the next. One folder per project.

mod claim;
mod file;
mod folder;
mod keys;
mod lock;
mod log;
mod owner;
mod port;
mod process;
mod project;
mod secret;
mod sidecar;

pub use claim::{Known, Projects, all_projects, claim, find_endpoint};
pub use folder::ProjectFolder;
pub(crate) use folder::down_line;
pub use lock::ProjectLock;
pub use log::RotatingLog;
pub use port::{BoundPort, bind_scoring, preferred_port};
pub use process::{ProcessId, host};
pub use project::{ProjectState, RunningEmulator, TrafficOverride};
pub use secret::letters_and_digits;
pub use sidecar::SidecarState;
