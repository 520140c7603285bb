//! One running emulator: lifecycle, scoring doors and control API put together. No rules here.

// A diagnosis is large and rare; errors are made once a command.
#![allow(clippy::result_large_err)]

mod answers;
mod apply;
mod beside;
mod chaos;
mod collected;
mod credentials;
mod cure;
mod cures;
mod debug_port;
mod debug_ports;
mod debugged;
mod desired;
mod doors;
mod engines;
mod failed_request;
mod fault;
mod follow;
mod minutes;
mod passed_limits;
mod requests;
mod restless;
mod running;
mod scaler;
mod scripts;
mod start;
mod take_down;
mod tokens;
mod traffic;
mod watched;
mod yaml_line;

pub use engines::{Found, find};
pub use follow::{Again, Reread};
pub use running::Running;
pub use start::{Setup, start};
pub use take_down::{left_behind, sweep_all, sweep_project};
