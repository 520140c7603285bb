//! The running emulator's own API, its client, and the state folder through which other calls find it.
//! No rules of Azure's here. The environment is read in `home` alone.

// A diagnosis is large and rare; errors are made once a command.
#![allow(clippy::result_large_err)]

pub mod client;
pub mod emulator;
pub mod home;
pub mod invoke;
pub mod load;
pub mod metrics;
pub mod server;
pub mod state;

mod wire;

pub use client::{Client, Told};
pub use emulator::{
    About, Applied, Desired, Emulator, KeyName, LogContainer, LogQuery, TokenQuery, TrafficChange, TrafficSet,
};
pub use home::Home;
