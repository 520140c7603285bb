//! Which instance of a deployment gets the request.

use std::cmp::Ordering;

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
pub fn choose(loads: &[Load], max_concurrent: u32, turn: u64) -> Choice {
    let (mut fewest, mut equals) = (u32::MAX, 0);
    for load in loads.iter().filter(|load| load.ready) {
        match load.running.cmp(&fewest) {
            Ordering::Less => (fewest, equals) = (load.running, 1),
            Ordering::Equal => equals += 1,
            Ordering::Greater => {}
        }
    }
    if equals == 0 {
        return Choice::NoneReady;
    }
    if fewest >= max_concurrent {
        return Choice::Wait;
    }
    let best = loads.iter().enumerate().filter(|(_, load)| load.ready && load.running == fewest);
    let chosen = best.map(|(index, _)| index).nth((turn % equals) as usize);
    chosen.map_or(Choice::NoneReady, Choice::Instance)
}
