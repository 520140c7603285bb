//! Two streams in one log: an engine that copies them side by side may put a line of the one between those of the other.

use super::reader::{HEADER, LINKS};
use crate::log_line;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Outside,
    /// The frames, up to the exception's text.
    Frames,
    /// Behind it, where a link may come.
    Behind,
    /// A link was read: a header has to come.
    Linked,
}

/// The lines with every traceback in one piece: what the server said in between is put behind it.
pub fn unmixed(lines: Vec<String>) -> Vec<String> {
    let (mut state, mut apart, mut held) = (State::default(), Vec::with_capacity(lines.len()), vec![]);
    for line in lines {
        if state != State::Outside && !line.ends_with(HEADER) && log_line::parse(&line).is_some() {
            held.push(line);
            continue;
        }
        let linked = state == State::Linked && line == HEADER;
        state = next(state, &line);
        if state == State::Outside || (line.ends_with(HEADER) && !linked) {
            apart.append(&mut held);
        }
        apart.push(line);
    }
    apart.append(&mut held);
    apart
}

fn next(state: State, line: &str) -> State {
    match state {
        _ if line.ends_with(HEADER) => State::Frames,
        State::Frames if line.starts_with(' ') || line.trim().is_empty() => State::Frames,
        State::Frames => State::Behind,
        State::Behind if LINKS.contains(&line) => State::Linked,
        State::Behind | State::Linked if line.trim().is_empty() => state,
        _ => State::Outside,
    }
}
