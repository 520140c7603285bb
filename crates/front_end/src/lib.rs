//! The scoring door of one endpoint: what Azure's front end does between a client and the instances of a deployment.
//!
//! A request goes straight down [`answer`](answer::answer). Every rule (status, text, header, limit, choice) is asked of
//! `semantics`; here are sockets, counters and clocks. The door knows no engine: a fleet comes in through a watch
//! channel, one `Exchange` per request goes out through a bounded one.

mod answer;
mod app;
mod bell;
mod capture;
mod cargo;
mod chance;
mod codes;
mod collector;
mod connection;
mod counters;
mod credential;
mod cut;
mod deadline;
mod desk;
mod door;
mod exchange;
mod fault;
mod forward;
mod hush;
mod idle;
mod intake;
mod lease;
mod linger;
mod link;
mod meter;
mod mirror;
mod own;
mod page;
mod plane;
mod queue;
mod rates;
mod record;
mod reply;
mod reply_body;
mod seats;
mod serve;
mod signature;
mod spill;
mod tally;
mod tee;
mod throttle;
mod timers;
mod traffic_line;
mod traffic_log;
mod upload;
mod wire;

pub use collector::{Collected, Collector, Lost, Store};
pub use counters::{Counters, DeploymentCounts, Following};
pub use door::{Door, DoorConfig};
pub use plane::Plane;
pub use rates::Passed;
pub use serve::{Drained, serve};
pub use traffic_log::TrafficLog;
