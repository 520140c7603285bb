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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::chains;
    use super::*;
    use std::path::Path;

    const EXITS: &str = "2026-11-22 15:24:42,943 I [26546] gunicorn.error - Worker exiting (pid: 26546)";

    fn logs() -> Vec<Vec<String>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/semantics/startup");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let logs = files.filter(|path| path.extension().is_some_and(|it| it == "log"));
        logs.map(|path| std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_log_in_order_stays() {
        assert!(logs().len() > 10);
        for log in logs() {
            assert_eq!(unmixed(log.clone()), log);
        }
    }

    #[test]
    fn a_line_of_the_other_stream_breaks_no_traceback() {
        let log = logs().into_iter().find(|log| log.iter().any(|line| LINKS.contains(&line.as_str()))).unwrap();
        let (begins, ends) = (log.iter().position(|line| line.ends_with(HEADER)), log.len());
        for at in begins.unwrap() + 1..ends {
            let mut mixed = log.clone();
            mixed.insert(at, EXITS.to_owned());
            assert_eq!(chains(&mixed.join("\n")), chains(&log.join("\n")), "at {at}");
        }
    }
}
