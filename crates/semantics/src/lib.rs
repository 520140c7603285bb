//! Azure's serving rules as pure functions. Nothing here knows a clock, a socket or chance: draws and times come in.

pub mod admission;
pub mod auth;
pub mod balance;
pub mod headers;
pub mod instance_count;
pub mod outcome;
pub mod probe;
pub mod refusal;
pub mod request_id;
pub mod routing;
pub mod startup;
pub mod traceback;

mod crash_loop;
mod log_line;
mod pattern;
