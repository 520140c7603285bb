//! Two streams in one connection, each with its own unfinished line.

use crate::lines::LineSplitter;
use crate::{LogLine, Stream};
use bollard::container::LogOutput;

/// Takes entries with the engine's time before each: `2026-11-22T15:19:30.123456789Z text`.
#[derive(Debug, Default)]
pub struct Demux {
    stdout: Half,
    stderr: Half,
    /// The engine's time when the reader began; what was said before is old.
    began: String,
}

#[derive(Debug, Default)]
struct Half {
    splitter: LineSplitter,
    /// The time of the newest entry.
    newest: String,
    /// Entries up to here were taken in an earlier pass.
    taken: String,
}

impl Demux {
    /// `began` in the engine's own form, without its `Z`.
    pub fn since(began: String) -> Self {
        Self { began, ..Self::default() }
    }

    /// From now on entries are skipped that were taken before.
    pub fn begin_pass(&mut self) {
        for half in [&mut self.stdout, &mut self.stderr] {
            half.taken.clone_from(&half.newest);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.stdout.newest.is_empty() && self.stderr.newest.is_empty()
    }

    pub fn take(&mut self, piece: LogOutput) -> Vec<LogLine> {
        let (stream, message) = match piece {
            LogOutput::StdErr { message } => (Stream::Stderr, message),
            LogOutput::StdOut { message } | LogOutput::Console { message } | LogOutput::StdIn { message } => {
                (Stream::Stdout, message)
            }
        };
        let space = message.iter().position(|byte| *byte == b' ').map_or(0, |at| at + 1);
        let (time, text) = message.split_at(space);
        let time = String::from_utf8_lossy(time).trim_end_matches(['Z', ' ']).to_owned();
        let half = self.half(stream);
        if time <= half.taken && !half.taken.is_empty() {
            return Vec::new();
        }
        let lines = half.splitter.push(text);
        half.newest.clone_from(&time);
        let old = time < self.began;
        told(stream, old, lines)
    }

    pub fn finish(&mut self) -> Vec<LogLine> {
        let mut rest = told(Stream::Stdout, false, self.stdout.splitter.finish());
        rest.extend(told(Stream::Stderr, false, self.stderr.splitter.finish()));
        rest
    }

    fn half(&mut self, stream: Stream) -> &mut Half {
        match stream {
            Stream::Stdout => &mut self.stdout,
            Stream::Stderr => &mut self.stderr,
        }
    }
}

fn told(stream: Stream, old: bool, lines: impl IntoIterator<Item = String>) -> Vec<LogLine> {
    lines.into_iter().map(|text| LogLine { stream, text, old }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(text: &'static str) -> LogOutput {
        LogOutput::StdOut { message: text.into() }
    }

    fn texts(lines: Vec<LogLine>) -> Vec<String> {
        lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn the_streams_do_not_mix_their_unfinished_lines() {
        let mut demux = Demux::default();
        assert_eq!(texts(demux.take(out("2026-01-01T00:00:00.000000001Z one "))), [""; 0]);
        let warning = LogOutput::StdErr { message: "2026-01-01T00:00:00.000000002Z warning\n".into() };
        assert_eq!(demux.take(warning), [LogLine { stream: Stream::Stderr, text: "warning".into(), old: false }]);
        assert_eq!(texts(demux.take(out("2026-01-01T00:00:00.000000003Z line\n"))), ["one line"]);
        assert_eq!(texts(demux.take(out("2026-01-01T00:00:00.000000004Z end"))), [""; 0]);
        assert_eq!(texts(demux.finish()), ["end"]);
    }

    #[test]
    fn what_was_said_before_is_old() {
        let mut demux = Demux::since("2026-01-01T00:00:01.5".into());
        let old: Vec<_> = ["00:00:01.499999999Z a\n", "00:00:01.500000001Z b\n"]
            .iter()
            .flat_map(|text| demux.take(LogOutput::StdOut { message: format!("2026-01-01T{text}").into() }))
            .map(|line| line.old)
            .collect();
        assert_eq!(old, [true, false]);
    }

    #[test]
    fn a_second_pass_takes_only_what_is_new() {
        let mut demux = Demux::default();
        demux.take(out("2026-01-01T00:00:01.000000001Z one\n"));
        demux.begin_pass();
        assert_eq!(texts(demux.take(out("2026-01-01T00:00:01.000000001Z one\n"))), [""; 0]);
        assert_eq!(texts(demux.take(out("2026-01-01T00:00:01.000000002Z two\n"))), ["two"]);
    }
}
