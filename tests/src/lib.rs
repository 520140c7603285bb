//! The words the end-to-end tests are written in: home, project, endpoint, request, answer, output.
//!
//! A test that fails panics with everything that was printed; what it started is removed all the same.

// A test's way to fail is a panic, and what it left out it prints.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod answer;
mod connection;
mod dev_container;
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
mod relay;
mod request;
mod sockets;

pub use answer::Answer;
pub use connection::Connection;
pub use dev_container::DevContainer;
pub use endpoint::Endpoint;
pub use engine::{Engine, on, skipped};
pub use foreground::Foreground;
pub use home::Home;
pub use load::{Load, Tally, total};
pub use output::Output;
pub use process::Process;
pub use project::{Project, repository};
pub use relay::Relay;
pub use request::Request;
pub use serde_json::{Value, json};
pub use sockets::listening_addresses;
