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
    /// The time of the newest entry, and how many have it: Podman's times are whole seconds.
    newest: String,
    count: usize,
    /// What was taken in earlier passes: entries before this time, and so many of this time.
    taken: String,
    of_taken: usize,
}

impl Demux {
    /// `began` in the engine's own form, without its `Z`.
    pub fn since(began: String) -> Self {
        Self { began, ..Self::default() }
    }

    /// From now on entries are skipped that were taken before.
    pub fn begin_pass(&mut self) {
        for half in [&mut self.stdout, &mut self.stderr] {
            half.of_taken = half.of_newest();
            half.taken.clone_from(&half.newest);
            half.count = 0;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.stdout.newest.is_empty() && self.stderr.newest.is_empty()
    }

    /// How many of the newest entries may have to be read again to come to what is new.
    pub fn overlap(&self) -> usize {
        self.stdout.of_newest() + self.stderr.of_newest()
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
        if !half.is_new(&time) {
            return Vec::new();
        }
        let lines = half.splitter.push(text);
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

impl Half {
    /// How many entries of the newest time were taken. A pass that broke off before it came so far has counted fewer.
    fn of_newest(&self) -> usize {
        if self.taken == self.newest { self.count.max(self.of_taken) } else { self.count }
    }

    /// Counts the entry, too.
    fn is_new(&mut self, time: &str) -> bool {
        if time < self.taken.as_str() {
            return false;
        }
        if time != self.newest {
            (self.newest, self.count) = (time.to_owned(), 0);
        }
        self.count += 1;
        time != self.taken || self.count > self.of_taken
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

    /// An engine that is away for a while is asked again and again.
    #[test]
    fn passes_that_break_off_take_nothing_back() {
        let mut demux = Demux::default();
        let entries = ["2026-01-01T00:00:01Z one\n", "2026-01-01T00:00:01Z two\n", "2026-01-01T00:00:02Z three\n"];
        let take = |demux: &mut Demux, count: usize| -> Vec<String> {
            entries[..count].iter().flat_map(|text| texts(demux.take(out(text)))).collect()
        };
        assert_eq!(take(&mut demux, 2), ["one", "two"]);
        for broken in [0, 0, 1, 0] {
            demux.begin_pass();
            assert_eq!(take(&mut demux, broken), [""; 0]);
            assert_eq!(demux.overlap(), 2);
        }
        demux.begin_pass();
        assert_eq!(take(&mut demux, 3), ["three"]);
    }

    /// As Podman tells times.
    #[test]
    fn a_second_pass_takes_what_is_new_within_a_second() {
        let mut demux = Demux::default();
        let entries = [
            "2026-01-01T00:00:01Z one\n",
            "2026-01-01T00:00:01Z two\n",
            "2026-01-01T00:00:01Z three\n",
            "2026-01-01T00:00:02Z four\n",
        ];
        let take = |demux: &mut Demux, count: usize| -> Vec<String> {
            entries[..count].iter().flat_map(|text| texts(demux.take(out(text)))).collect()
        };
        assert_eq!(take(&mut demux, 2), ["one", "two"]);
        assert_eq!(demux.overlap(), 2);
        demux.begin_pass();
        assert_eq!(take(&mut demux, 3), ["three"]);
        demux.begin_pass();
        assert_eq!(take(&mut demux, 4), ["four"]);
        demux.begin_pass();
        assert_eq!(take(&mut demux, 4), [""; 0]);
    }
}
