//! One running emulator: lifecycle, scoring doors and control API put together. No rules here.

// A diagnosis is large and rare; errors are made once a command.
#![allow(clippy::result_large_err)]

mod answers;
mod apply;
mod doors;
mod engines;
mod failed_request;
mod requests;
mod running;
mod start;
mod take_down;

pub use engines::{Found, find};
pub use running::Running;
pub use start::{Setup, start};
pub use take_down::{sweep_all, sweep_project};
