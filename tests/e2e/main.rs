//! End to end: the real binary, the real inference server, both engines.

#![allow(clippy::unwrap_used)]

mod happy;
