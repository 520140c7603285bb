//! End to end: the real binary, the real inference server, both engines.

#![allow(clippy::unwrap_used)]

mod answers;
mod command_line;
mod environments;
mod examples;
mod failed_requests;
mod foreground;
mod happy;
mod instances;
mod killed;
mod projects;
mod sockets;
mod start_failures;
mod up_again;
