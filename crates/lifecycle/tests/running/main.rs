//! What becomes of a deployment that is put: a scripted engine below, real sockets where its instances answer.
//! Nothing sleeps: tests wait for an operation, an event, or the fleet.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod chaos;
mod conflicts;
mod debug;
#[path = "../support/deployment.rs"]
mod deployment;
mod ends;
mod engines;
mod failures;
mod get_logs;
mod memory;
mod port;
mod probes;
mod recovery;
mod reload;
mod replace;
mod scale;
mod stage;
mod start;
mod storage;
