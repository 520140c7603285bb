//! What an instance finds beside it, as in Azure: the managed identity of its endpoint, and the data collector. Served on addresses that the
//! instances of an engine reach and no other machine does, to those who show the pass of an instance.

// A diagnosis is large and rare; errors are made once a token.
#![allow(clippy::result_large_err)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod answer;
mod collector;
mod command;
mod identity;
pub mod jwt;
mod listeners;
mod pass;
mod printed;
mod sidecar;
mod tokens;

pub use collector::Collections;
pub use identity::Identity;
pub use pass::Pass;
pub use sidecar::{Setup, Sidecar};
