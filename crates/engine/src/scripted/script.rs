//! What an instance does in a test.

use crate::{EngineError, PortUse};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

/// What the next instance does.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// Starting fails so.
    pub refused: Option<EngineError>,
    /// It runs, but nobody hears of it: the engine goes away before it answers.
    pub unheard: bool,
    /// Every port of the instance is reached here: a listener of the test, ready or not as the test wants it.
    pub address: Option<SocketAddr>,
    /// These ports are reached elsewhere.
    pub ports: BTreeMap<PortUse, SocketAddr>,
    /// Said at once, on stdout.
    pub lines: Vec<String>,
    /// Ends by itself with this code after this time (tokio's clock).
    pub ends: Option<(Duration, i64)>,
    /// Ends with this code when it is asked to stop; `None`: it must be killed, which takes the whole grace.
    pub stops: Option<i64>,
    /// Somebody else has its output open: the log does not end with it.
    pub held_open: bool,
    /// Removing it fails.
    pub unremovable: bool,
    /// It is found as started from within another container, which runs or not.
    pub elsewhere: Option<bool>,
}

impl Script {
    pub(super) fn addresses(&self, ports: &BTreeMap<PortUse, u16>) -> BTreeMap<PortUse, SocketAddr> {
        let at = |used: &PortUse| self.ports.get(used).copied().or(self.address);
        ports.keys().filter_map(|used| Some((*used, at(used)?))).collect()
    }
}
