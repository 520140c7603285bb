//! Azure's serving rules as pure functions. Nothing here knows a clock, a socket or chance: draws and times come in.

pub mod admission;
pub mod auth;
pub mod autoscale;
pub mod balance;
pub mod build_log;
pub mod chaos;
pub mod cure;
pub mod get_logs;
pub mod gpu;
pub mod headers;
pub mod host;
pub mod instance_count;
pub mod instance_limits;
pub mod knee;
pub mod operation;
pub mod outcome;
pub mod paths;
pub mod probe;
pub mod rates;
pub mod refusal;
pub mod request_id;
pub mod routing;
pub mod secret;
pub mod sku;
pub mod startup;
pub mod token;
pub mod traceback;
pub mod traffic;

mod crash_loop;
mod log_line;
mod pattern;
