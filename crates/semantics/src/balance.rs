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
pub fn choose(loads: &[Load], max_concurrent: u32, turn: u64) -> Choice {
    let ready = || loads.iter().enumerate().filter(|(_, load)| load.ready);
    let Some(fewest) = ready().map(|(_, load)| load.running).min() else {
        return Choice::NoneReady;
    };
    if fewest >= max_concurrent {
        return Choice::Wait;
    }
    let equals = || ready().filter(|(_, load)| load.running == fewest).map(|(index, _)| index);
    let place = turn % equals().count() as u64;
    equals().nth(place as usize).map_or(Choice::NoneReady, Choice::Instance)
}
