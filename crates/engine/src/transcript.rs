//! What is said while a thing is made: the whole log, in memory and in a file, and progress for whoever waits.

use crate::hidden::Hidden;
use crate::lines::{LineSplitter, without_escapes};
use crate::pace::Pace;
use crate::{BuildTerms, EngineError, Report};
use futures_util::{Stream, StreamExt};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::time::{Duration, Instant};

/// Whoever waits hears something at least this often.
const SILENCE: Duration = Duration::from_secs(10);

/// A step that took less needs no word about it.
const WORTH_A_WORD: Duration = Duration::from_secs(1);

pub struct Transcript<'a> {
    report: Report<'a>,
    hidden: Hidden,
    deadline: Option<Duration>,
    began: Instant,
    step: Step,
    lines: Vec<String>,
    splitter: LineSplitter,
    file: Option<(PathBuf, File)>,
    /// Lines of the output, not more often than they can be read.
    pace: Pace,
    heard: Instant,
}

#[derive(Debug)]
struct Step {
    /// `Step 2/4`, or the name of a command.
    name: String,
    /// What is done in it.
    what: String,
    since: Instant,
}

/// Why a build is no longer followed.
#[derive(Debug)]
pub enum Cut<E> {
    Deadline,
    Failed(E),
}

impl<'a> Transcript<'a> {
    /// `first`: the step until another one begins. The log goes to the file, too, where it can be written.
    pub fn begin(first: &str, log: &Path, terms: &BuildTerms, report: Report<'a>) -> Self {
        let now = Instant::now();
        Self {
            report,
            hidden: terms.hidden(),
            deadline: terms.deadline,
            began: now,
            step: Step { name: first.to_owned(), what: first.to_owned(), since: now },
            lines: vec![],
            splitter: LineSplitter::default(),
            file: created(log).ok().map(|file| (log.to_owned(), file)),
            pace: Pace::default(),
            heard: now,
        }
    }

    /// Takes what the builder says to its end, or to the deadline.
    pub async fn follow<E>(&mut self, pieces: impl Stream<Item = Result<Vec<u8>, E>>) -> Result<(), Cut<E>> {
        let mut pieces = pin!(pieces);
        loop {
            let end = self.deadline.map(|deadline| self.began + deadline);
            let beat = self.heard + SILENCE;
            let wake = end.map_or(beat, |end| end.min(beat)).into();
            match tokio::time::timeout_at(wake, pieces.next()).await {
                Ok(Some(Ok(piece))) => self.take(&piece),
                Ok(Some(Err(error))) => return Err(Cut::Failed(error)),
                Ok(None) => return Ok(()),
                Err(_) if end.is_some_and(|end| end <= Instant::now()) => return Err(Cut::Deadline),
                Err(_) => self.beat(),
            }
        }
    }

    fn take(&mut self, piece: &[u8]) {
        for line in self.splitter.push(piece) {
            self.line(&line);
        }
    }

    fn line(&mut self, line: &str) {
        let line = self.hidden.out_of(without_escapes(line));
        if let Some((count, what)) = step_of(&line) {
            return self.begins(count, what);
        }
        if !line.trim().is_empty() && self.pace.due() {
            self.tell(line.clone());
        }
        self.keep(line);
    }

    /// The next step; `count` is `2/4`.
    pub fn begins(&mut self, count: &str, what: &str) {
        let text = format!("Step {count} : {what}");
        self.step_ends();
        self.step = Step { name: format!("Step {count}"), what: what.to_owned(), since: Instant::now() };
        self.tell(text.clone());
        self.keep(text);
    }

    fn keep(&mut self, line: String) {
        if let Some((_, file)) = &mut self.file {
            // A disk that is full is the builder's to tell; the log is in memory as well.
            let _ = writeln!(file, "{line}");
        }
        self.lines.push(line);
    }

    fn tell(&mut self, text: String) {
        self.heard = Instant::now();
        (self.report)(text);
    }

    fn beat(&mut self) {
        let Step { name, what, since } = &self.step;
        let what = if name == what { String::new() } else { format!(" ({what})") };
        self.tell(format!("{name}: {} s so far{what}", since.elapsed().as_secs()));
    }

    fn step_ends(&mut self) {
        let took = self.step.since.elapsed();
        if took >= WORTH_A_WORD {
            self.tell(format!("{}: {:.1} s", self.step.name, took.as_secs_f64()));
        }
    }

    /// It is made.
    pub fn ended(mut self) {
        self.step_ends();
        let whole = self.file.as_ref().map(|(path, _)| format!("; its log: {}", path.display())).unwrap_or_default();
        let took = self.began.elapsed().as_secs_f64();
        self.tell(format!("made in {took:.1} s{whole}"));
    }

    /// It is this step that matters, whichever began last.
    pub fn stands_at(&mut self, what: &str) {
        what.clone_into(&mut self.step.what);
    }

    /// The step that it is in.
    pub fn step(&self) -> &str {
        &self.step.what
    }

    /// Everything that was said; the reason last.
    pub fn log(&mut self, reason: &str) -> Vec<String> {
        let left = self.splitter.finish();
        for line in left.into_iter().chain(reason.lines().map(str::to_owned)) {
            let line = self.hidden.out_of(without_escapes(&line));
            self.keep(line);
        }
        std::mem::take(&mut self.lines)
    }

    pub fn failed(mut self, reason: &str) -> EngineError {
        let reason = self.hidden.out_of(without_escapes(reason.trim_end()));
        let log = self.log(&reason);
        EngineError::BuildFailed { step: self.step.what, reason, log }
    }

    pub fn timed_out(mut self) -> EngineError {
        let log = self.log("");
        EngineError::BuildTimedOut { step: self.step.what, after: self.began.elapsed(), log }
    }
}

/// Where the log of what has this name is kept.
pub fn log_of(cache: &Path, name: &str) -> PathBuf {
    let name = name.strip_prefix("local-endpoint/").unwrap_or(name).replace(['/', ':', '\\'], "-");
    cache.join("builds").join(format!("{name}.log"))
}

fn created(path: &Path) -> io::Result<File> {
    path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    File::create(path)
}

/// `Step 2/4 : RUN x`; Podman writes `STEP 2/4: RUN x`.
pub fn step_of(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("Step ").or_else(|| line.strip_prefix("STEP "))?;
    let (count, what) = rest.split_once(':')?;
    let count = count.trim_end();
    let (at, of) = count.split_once('/')?;
    [at, of].iter().all(|number| number.parse::<u32>().is_ok()).then_some((count, what.trim()))
}

#[cfg(test)]
#[path = "transcript_tests.rs"]
mod tests;
