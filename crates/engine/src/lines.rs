//! Bytes as they arrive, cut into lines.

/// A line longer than this is cut, so that a program that never ends a line cannot fill the memory.
const LONGEST: usize = 64 * 1024;

/// Keeps the unfinished line until its end arrives.
#[derive(Debug, Default)]
pub struct LineSplitter {
    partial: Vec<u8>,
}

impl LineSplitter {
    /// The lines that these bytes complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.partial.len() >= LONGEST {
                lines.push(self.cut());
            }
        }
        lines
    }

    /// What is left at the end of the stream.
    pub fn finish(&mut self) -> Option<String> {
        (!self.partial.is_empty()).then(|| self.cut())
    }

    fn cut(&mut self) -> String {
        let bytes = std::mem::take(&mut self.partial);
        let text = String::from_utf8_lossy(bytes.strip_suffix(b"\n").unwrap_or(&bytes));
        as_shown(&text).to_owned()
    }
}

/// What a terminal would leave of a line: a carriage return starts it again.
fn as_shown(line: &str) -> &str {
    let line = line.trim_end_matches('\r');
    line.rsplit('\r').next().unwrap_or(line)
}

/// Without the colours that builders and pip write.
pub fn without_escapes(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        rest = rest.get(1..).unwrap_or_default();
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_has_no_end_yet() {
        let mut splitter = LineSplitter::default();
        assert_eq!(splitter.push(b"one\ntw"), ["one"]);
        assert_eq!(splitter.push(b"o\n\nthree"), ["two", ""]);
        assert_eq!(splitter.finish().as_deref(), Some("three"));
        assert_eq!(splitter.finish(), None);
    }

    #[test]
    fn a_character_may_arrive_in_two_pieces() {
        let mut splitter = LineSplitter::default();
        let (front, back) = "zoë\n".as_bytes().split_at(3);
        assert!(splitter.push(front).is_empty());
        assert_eq!(splitter.push(back), ["zoë"]);
        assert_eq!(splitter.push(b"\xff!\n"), ["\u{fffd}!"]);
    }

    #[test]
    fn a_carriage_return_starts_the_line_again() {
        let mut splitter = LineSplitter::default();
        assert_eq!(splitter.push(b"10%\r20%\r\nwindows\r\n"), ["20%", "windows"]);
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let mut splitter = LineSplitter::default();
        assert_eq!(splitter.push(&vec![b'x'; LONGEST + 1])[0].len(), LONGEST + 1);
    }

    #[test]
    fn colours_go() {
        assert_eq!(without_escapes("\u{1b}[91mred\u{1b}[0m text"), "red text");
    }
}
