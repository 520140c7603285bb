//! End to end: the real binary, the real inference server, both engines.

#![allow(clippy::unwrap_used)]

mod answers;
mod before_the_cloud;
mod chaos;
mod command_line;
mod credentials;
mod disk_full;
mod environments;
mod examples;
mod failed_requests;
mod far_engines;
mod foreground;
mod front_doors;
mod happy;
mod instances;
mod killed;
mod memory;
mod mirrors;
mod mlflow;
mod observed;
mod probes;
mod projects;
mod rate_limits;
mod recovery;
mod run;
mod secrets;
mod sockets;
mod start_failures;
mod triton;
mod up_again;
mod updates;
