//! Lines at the end of a terminal that are drawn anew; what is printed meanwhile stands above them.

use anstyle::Style;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

const CLEAR_LINE: &str = "\r\x1b[2K";
const LINE_UP: &str = "\x1b[1A";

/// Clones are the same lines.
#[derive(Debug, Clone, Default)]
pub struct Live(Arc<Mutex<Vec<String>>>);

/// Whether lines can be drawn anew where stderr goes.
pub fn redraws() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    std::io::stderr().is_terminal() && !dumb && !is_set("CI")
}

impl Live {
    /// In place of what was drawn before.
    pub fn draw(&self, lines: Vec<String>) {
        let mut drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines == *drawn {
            return;
        }
        let erased = erased(drawn.len());
        *drawn = lines;
        // A terminal that went away is no reason to fail.
        let _ = write!(std::io::stderr(), "{erased}{}", shown(&drawn));
    }

    /// Prints with nothing drawn below.
    pub fn above(&self, print: impl FnOnce()) {
        let drawn = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if drawn.is_empty() {
            return print();
        }
        let _ = write!(std::io::stderr(), "{}", erased(drawn.len()));
        print();
        let _ = write!(std::io::stderr(), "{}", shown(&drawn));
    }
}

/// The cursor stands at the end of the last line.
fn erased(lines: usize) -> String {
    let above = lines.saturating_sub(1);
    CLEAR_LINE.to_owned() + &format!("{LINE_UP}{CLEAR_LINE}").repeat(above)
}

fn shown(lines: &[String]) -> String {
    let width = width();
    let style = match anstream::AutoStream::choice(&std::io::stderr()) {
        anstream::ColorChoice::Never => Style::new(),
        _ => Style::new().dimmed(),
    };
    let fit = |line: &String| format!("{style}{}{style:#}", line.chars().take(width).collect::<String>());
    lines.iter().map(fit).collect::<Vec<_>>().join("\n")
}

/// A line that is broken by the terminal could not be taken back.
#[cfg(unix)]
fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stderr());
    size.map_or(79, |size| usize::from(size.ws_col)).clamp(20, 200) - 1
}

#[cfg(not(unix))]
fn width() -> usize {
    79
}
