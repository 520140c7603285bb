//! The control API over real loopback sockets, with a scripted emulator behind it.
#![allow(clippy::unwrap_used, clippy::result_large_err)]

mod door;
mod fake;
mod invoke;
mod silence;
mod stream;
mod verbs;
