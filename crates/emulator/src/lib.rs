//! One running emulator: lifecycle, scoring doors and control API put together. No rules here.

// A diagnosis is large and rare; errors are made once a command.
#![allow(clippy::result_large_err)]

mod answers;
mod apply;
mod chaos;
mod credentials;
mod cure;
mod cures;
mod doors;
mod engines;
mod failed_request;
mod fault;
mod jwt;
mod minutes;
mod passed_limits;
mod requests;
mod running;
mod scaler;
mod start;
mod take_down;
mod tokens;
mod traffic;
mod yaml_line;

pub use engines::{Found, find};
pub use running::Running;
pub use start::{Setup, start};
pub use take_down::{sweep_all, sweep_project};
