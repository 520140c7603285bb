//! The scoring door of one endpoint: what Azure's front end does between a client and the instances of a deployment.
//!
//! A request goes straight down [`answer`](answer::answer). Every rule (status, text, header, limit, choice) is asked of
//! `semantics`; here are sockets, counters and clocks. The door knows no engine: a fleet comes in through a watch
//! channel, one `Exchange` per request goes out through a bounded one.

mod answer;
mod app;
mod caller;
mod cargo;
mod chance;
mod connection;
mod counters;
mod cut;
mod deadline;
mod desk;
mod door;
mod exchange;
mod forward;
mod idle;
mod intake;
mod lease;
mod linger;
mod meter;
mod own;
mod page;
mod queue;
mod record;
mod reply;
mod reply_body;
mod serve;

pub use counters::{Counters, DeploymentCounts};
pub use door::{Door, DoorConfig};
pub use serve::{Drained, serve};
