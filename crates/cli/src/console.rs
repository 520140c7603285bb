//! Data to stdout, everything else to stderr. Colours only where a terminal takes them, and never with NO_COLOR.

use crate::annotations::Annotations;
use crate::live::Live;
use control::state::RotatingLog;
use diagnosis::{Diagnosis, Style, print, print_all};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// From one look for the reader to the next.
const LOOK: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Default)]
pub struct Console {
    annotations: Option<Annotations>,
    live: Live,
    /// A line of data found nobody who reads it.
    unread: Arc<AtomicBool>,
    /// In place of stderr.
    log: Option<Arc<Mutex<RotatingLog>>>,
}

impl Console {
    pub fn new() -> Self {
        Self::default()
    }

    /// With lines for the pipeline that reads it.
    pub fn annotated() -> Self {
        Self { annotations: Annotations::of_environment(), ..Self::default() }
    }

    /// With what is for people in a file.
    pub fn to_log(log: RotatingLog) -> Self {
        Self { log: Some(Arc::new(Mutex::new(log))), ..Self::default() }
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
        self.tell(&format!("{text}\n"));
    }

    /// Whole lines. A disk that takes none ends nothing.
    fn tell(&self, text: &str) {
        let Some(log) = &self.log else {
            return self.live.above(|| drop(write!(anstream::stderr(), "{text}")));
        };
        let plain = anstream::adapter::strip_str(text).to_string();
        drop(log.lock().unwrap_or_else(PoisonError::into_inner).write_all(plain.as_bytes()));
    }

    pub fn say(&self, diagnosis: &Diagnosis) {
        self.tell(&print(diagnosis, Style::Coloured));
        self.annotate(diagnosis);
    }

    pub fn say_all(&self, diagnoses: &[Diagnosis]) {
        if !diagnoses.is_empty() {
            self.tell(&print_all(diagnoses, Style::Coloured));
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

#[cfg(test)]
mod tests {
    use super::*;
    use control::Home;
    use control::state::ProjectFolder;

    #[test]
    fn a_log_that_is_written_for_days_stays_within_its_bounds() {
        let temporary = tempfile::tempdir().expect("a folder");
        let home = Home { state: temporary.path().join("state"), cache: temporary.path().join("cache") };
        let folder = ProjectFolder::of(&home, temporary.path()).expect("a project");
        let console = Console::to_log(folder.log().expect("a log"));
        let line = "x".repeat(1 << 20);
        (0..25).for_each(|_| console.note(&line));
        let length = |path| std::fs::metadata(path).map_or(0, |about| about.len());
        let old = folder.log_file().with_extension("log.1");
        assert!((1..=10 << 20).contains(&length(folder.log_file())) && (1..=10 << 20).contains(&length(old)));
        assert!(!folder.log_file().with_extension("log.2").exists());
    }
}
