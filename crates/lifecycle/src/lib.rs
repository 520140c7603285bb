//! From desired deployments to a running fleet.

pub mod plan;
