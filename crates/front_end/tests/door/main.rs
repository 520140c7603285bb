//! The door between real sockets: a hand-made client before it, hand-made containers behind it.
//! Nothing sleeps: tests wait for what a party saw, for a counter, or for an exchange.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod admission;
mod bodies;
mod cases;
mod client;
mod collecting;
mod container;
mod faults;
mod fidelity;
mod hostile;
mod keeping;
mod kubernetes;
mod leaving;
mod mirror;
mod passthrough;
mod rates;
mod refused;
mod routing;
mod scene;
mod stage;
mod statuses;
mod stopping;
mod streaming;
mod swapping;
mod telling;
mod trailers;
mod unreadable;
mod upstream;
mod wire;
