//! Which instance of a deployment gets the request.

/// An instance as the choice sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    pub ready: bool,
    /// Requests running on it now.
    pub running: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The index of the instance.
    Instance(usize),
    /// All ready instances run `max_concurrent` requests: wait for the next that becomes free.
    Wait,
    /// No instance is ready.
    NoneReady,
}

/// Fewest running first; among equals the turn decides.
pub fn choose(_loads: &[Load], _max_concurrent: u32, _turn: u64) -> Choice {
    unimplemented!()
}
