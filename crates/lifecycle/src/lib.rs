//! From desired deployments to a running fleet.

mod context;
mod deployment;
mod document;
mod events;
mod explain;
mod http_get;
mod instance;
mod launcher;
mod lifecycle;
mod log;
pub mod plan;
mod prepare;
mod probing;
mod start_check;
mod stop;
mod store;
mod sweep;

pub use context::{Engines, Folders, Project, label};
pub use events::Events;
pub use explain::source_place;
pub use lifecycle::{Lifecycle, Operation};
pub use log::Log;
pub use stop::DEFAULT_GRACE;
pub use sweep::sweep;
