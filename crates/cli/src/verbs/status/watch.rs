//! `status --watch`: again every second, until Ctrl-C, or until nobody reads it. A terminal shows it on a page of its
//! own, as `top` does; elsewhere one follows the other.

use super::show;
use crate::args::Status;
use crate::console::Console;
use crate::exit::Code;
use crate::printed::Output;
use crate::signals::Signals;
use control::Home;
use diagnosis::Diagnosis;
use std::io::IsTerminal;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

const EVERY: Duration = Duration::from_secs(1);

const OPEN_PAGE: &[u8] = b"\x1b[?1049h";
const CLEAR_PAGE: &[u8] = b"\x1b[H\x1b[J";
const CLOSE_PAGE: &[u8] = b"\x1b[?1049l";

pub async fn run(home: &Home, status: &Status, console: &Console) -> Result<Code, Diagnosis> {
    let mut signals = Signals::listen();
    let page = Page::open(console);
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut shown = false;
    let again = async {
        while !console.is_unread() {
            ticks.tick().await;
            match &page {
                Some(page) => page.clear(),
                None if shown => between(status, console),
                None => {}
            }
            show(home, status, console).await?;
            shown = true;
        }
        Ok(Code::OK)
    };
    tokio::select! {
        biased;
        code = signals.asked() => Ok(code),
        ended = again => ended,
    }
}

/// Documents and tables stay apart.
fn between(status: &Status, console: &Console) {
    match status.printed.output {
        Output::Human | Output::Table => console.data(""),
        Output::Yaml | Output::Yamlc => console.data("---"),
        Output::Json | Output::Jsonc | Output::Tsv | Output::None => {}
    }
}

/// What was on the terminal before is there again once it is dropped.
struct Page<'a>(&'a Console);

impl<'a> Page<'a> {
    fn open(console: &'a Console) -> Option<Self> {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        (std::io::stdout().is_terminal() && !dumb).then(|| {
            console.raw(OPEN_PAGE);
            Self(console)
        })
    }

    fn clear(&self) {
        self.0.raw(CLEAR_PAGE);
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        self.0.raw(CLOSE_PAGE);
    }
}
