//! The line machine behind [`super::chains`].

use super::{Chain, Frame, Traceback};
use crate::log_line::ServerLine;
use crate::pattern::pattern;

pattern!(FRAME, r#"^\s+File "(.+)", line (\d+)(?:, in (.+))?$"#);
pattern!(MARKER, r"^[\s~^]+$");
// What gunicorn says behind it under a server that logs without the time, as those of old do.
pattern!(EXITS, r"^Worker exiting \(pid: \d+\)$");

pub(super) const HEADER: &str = "Traceback (most recent call last):";
pub(super) const LINKS: &[&str] = &[
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
];

#[derive(Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Outside,
    Frames,
    /// In the exception's text.
    Reason,
    /// Behind a blank line of it: more text, a link, or the end.
    Behind,
    /// A link was read: the next header continues the chain.
    Linked,
}

#[derive(Debug, Default)]
pub(super) struct Reader {
    pub chains: Vec<Chain>,
    state: State,
    /// The line before was an error of the server.
    after_error: bool,
}

impl Reader {
    pub fn read(&mut self, line: &str, server: Option<ServerLine<'_>>) {
        let error = server.is_some_and(|line| line.is_error());
        if line.ends_with(HEADER) {
            self.header(error || (server.is_none() && self.after_error), server.is_none());
        } else if server.is_some() || EXITS.is_match(line) {
            self.state = State::Outside;
        } else {
            self.inside(line);
        }
        self.after_error = error;
    }

    fn header(&mut self, reported: bool, bare: bool) {
        if self.state != State::Linked || !bare {
            self.chains.push(Chain { reported, parts: vec![] });
        }
        if let Some(chain) = self.chains.last_mut() {
            chain.parts.push(Traceback::default());
        }
        self.state = State::Frames;
    }

    fn inside(&mut self, line: &str) {
        let state = std::mem::take(&mut self.state);
        self.state = match state {
            State::Frames if line.starts_with(' ') => self.frame(line),
            State::Frames | State::Reason if !line.trim().is_empty() => self.reason(line),
            State::Frames | State::Reason => State::Behind,
            State::Behind if LINKS.contains(&line) => State::Linked,
            other => other,
        };
    }

    fn part(&mut self) -> Option<&mut Traceback> {
        self.chains.last_mut()?.parts.last_mut()
    }

    fn frame(&mut self, line: &str) -> State {
        let Some(part) = self.part() else { return State::Outside };
        match (frame(line), part.frames.last_mut()) {
            (Some(frame), _) => part.frames.push(frame),
            (None, Some(last)) if last.text.is_empty() && !MARKER.is_match(line) => last.text = line.trim().into(),
            _ => {}
        }
        State::Frames
    }

    fn reason(&mut self, line: &str) -> State {
        if let Some(part) = self.part() {
            append(&mut part.reason, line.trim());
        }
        State::Reason
    }
}

/// gunicorn prints the exception's text once more behind the traceback: that is left off.
fn append(reason: &mut String, text: &str) {
    if reason.strip_suffix(text).is_some_and(|rest| rest.ends_with(": ")) {
        return;
    }
    if !reason.is_empty() {
        reason.push(' ');
    }
    reason.push_str(text);
}

fn frame(line: &str) -> Option<Frame> {
    let found = FRAME.captures(line)?;
    Some(Frame {
        file: found[1].into(),
        line: found[2].parse().ok()?,
        function: found.get(3).map_or_else(String::new, |name| name.as_str().into()),
        text: String::new(),
    })
}
