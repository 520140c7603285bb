//! Data to stdout, everything else to stderr. Colours only where a terminal takes them, and never with NO_COLOR.

use crate::annotations::Annotations;
use crate::live::Live;
use diagnosis::{Diagnosis, Style, print, print_all};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// From one look for the reader to the next.
const LOOK: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Default)]
pub struct Console {
    annotations: Option<Annotations>,
    live: Live,
    /// A line of data found nobody who reads it.
    unread: Arc<AtomicBool>,
}

impl Console {
    pub fn new() -> Self {
        Self::default()
    }

    /// With lines for the pipeline that reads it.
    pub fn annotated() -> Self {
        Self { annotations: Annotations::of_environment(), ..Self::default() }
    }

    /// Where places without a folder of their own are from now on.
    pub fn in_project(&self, project: &Path) -> Self {
        Self { annotations: self.annotations.clone().map(|it| it.in_project(project)), ..self.clone() }
    }

    /// Lines at the end of the terminal, in place of those that were drawn before.
    pub fn draw(&self, lines: Vec<String>) {
        self.live.draw(lines);
    }

    /// A line of data.
    pub fn data(&self, text: &str) {
        self.live.above(|| self.written(writeln!(anstream::stdout(), "{text}")));
    }

    /// Bytes of data, as they are.
    pub fn raw(&self, bytes: &[u8]) {
        let mut out = std::io::stdout();
        self.live.above(|| self.written(out.write_all(bytes).and_then(|()| out.flush())));
    }

    /// A reader that went away is no reason to fail, and one to end for what would go on for ever.
    fn written(&self, written: std::io::Result<()>) {
        if written.is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
            self.unread.store(true, Ordering::Relaxed);
        }
    }

    /// Nobody reads the data any more.
    pub fn is_unread(&self) -> bool {
        self.unread.load(Ordering::Relaxed) || has_no_reader()
    }

    /// Resolves when nobody does, also while there is nothing to print.
    pub async fn unread(&self) {
        while !self.is_unread() {
            tokio::time::sleep(LOOK).await;
        }
    }

    /// One of the documents, as JSON.
    pub fn json(&self, document: &impl serde::Serialize) {
        self.data(&serde_json::to_string_pretty(document).unwrap_or_default());
    }

    /// A line for people.
    pub fn note(&self, text: &str) {
        self.live.above(|| drop(writeln!(anstream::stderr(), "{text}")));
    }

    pub fn say(&self, diagnosis: &Diagnosis) {
        self.live.above(|| drop(write!(anstream::stderr(), "{}", print(diagnosis, Style::Coloured))));
        self.annotate(diagnosis);
    }

    pub fn say_all(&self, diagnoses: &[Diagnosis]) {
        if !diagnoses.is_empty() {
            self.live.above(|| drop(write!(anstream::stderr(), "{}", print_all(diagnoses, Style::Coloured))));
        }
        diagnoses.iter().for_each(|diagnosis| self.annotate(diagnosis));
    }

    /// For what is printed elsewhere: beside the code, where a pipeline shows it.
    pub fn annotate(&self, diagnosis: &Diagnosis) {
        let line = self.annotations.as_ref().and_then(|annotations| annotations.line(diagnosis));
        line.into_iter().for_each(|line| self.note(&line));
    }
}

/// The other end of a pipe, or of a terminal, is closed.
#[cfg(unix)]
fn has_no_reader() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stdout = std::io::stdout();
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut watched, Some(&now)).is_ok_and(|ready| ready > 0) && watched[0].revents().contains(PollFlags::ERR)
}

#[cfg(not(unix))]
fn has_no_reader() -> bool {
    false
}
