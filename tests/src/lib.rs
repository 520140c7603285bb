//! The words the end-to-end tests are written in: home, project, endpoint, request, answer, output.
//!
//! A test that fails panics with everything that was printed; what it started is removed all the same.

// A test's way to fail is a panic, and what it left out it prints.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod answer;
mod connection;
mod dap;
mod dev_container;
mod dockerd;
mod endpoint;
mod engine;
mod expected;
mod foreground;
mod home;
mod leftovers;
mod load;
mod normalise;
mod once;
mod output;
mod process;
mod project;
mod registry;
mod relay;
mod request;
mod sockets;
mod stall;
mod terminal;
mod token_service;
mod wire;

pub use answer::Answer;
pub use connection::Connection;
pub use dap::{Attached, Debugger, Stopped};
pub use dev_container::DevContainer;
pub use dockerd::Dockerd;
pub use endpoint::Endpoint;
pub use engine::{Engine, debugpy_is_here, on, skipped};
pub use foreground::Foreground;
pub use home::Home;
pub use load::{Load, Tally, total};
pub use output::Output;
pub use process::Process;
pub use project::{Project, repository};
pub use registry::{PASSWORD, Registry, USER};
pub use relay::Relay;
pub use request::Request;
pub use serde_json::{Value, json};
pub use sockets::{listening_addresses, reserved_port};
pub use stall::Stall;
pub use terminal::Terminal;
pub use token_service::TokenService;
pub use wire::{Break, Wire};
