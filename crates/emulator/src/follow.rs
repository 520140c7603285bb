//! Follows the files: what has changed is put as by another `up`, and the lifecycle finds the shortest way.

use crate::restless::Restless;
use crate::running::Running;
use crate::watched::{Seen, Watched};
use diagnosis::Diagnosis;
use lifecycle::Changed;
use model::{Desired, EventKind, RunOptions};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// From one look to the next.
const PACE: Duration = Duration::from_millis(100);
/// Looking takes one part in so many of the time at most, however many files there are.
const SHARE: u32 = 20;
/// Nothing has changed for so long: the editor is done, or git is.
const QUIET: Duration = Duration::from_millis(40);
/// The same where a writer is more likely to be in the middle: models and build contexts are copied for longer, and a
/// file that is gone or empty is one that is being written.
const QUIET_LONG: Duration = Duration::from_secs(1);
/// What a start has written is seen so soon after it.
const JUST_NOW: Duration = Duration::from_secs(1);
/// File names in a line for people.
const NAMED: usize = 2;

/// Reads a project again as it was read before.
pub type Reread = fn(&Desired) -> Result<Again, Vec<Diagnosis>>;

/// What it says now.
#[derive(Debug, Clone)]
pub struct Again {
    pub desired: Desired,
    pub notices: Vec<Diagnosis>,
}

/// Until the emulator ends.
pub async fn keep(running: Running, reread: Reread) {
    let mut ended = running.ended.subscribe();
    tokio::select! {
        _ = ended.wait_for(|ended| *ended) => {}
        () = follow(&running, reread) => {}
    }
}

async fn follow(running: &Running, reread: Reread) {
    let mut puts = running.desired.subscribe();
    loop {
        let watches = |desired: &Option<Desired>| desired.as_ref().is_some_and(|it| it.options.watches());
        let Ok(desired) = puts.wait_for(watches).await.map(|desired| desired.clone()) else { return };
        puts.mark_unchanged();
        if let Some(desired) = desired {
            let said = reread(&desired).map(|again| again.notices).unwrap_or_default();
            let (known, restless) = (desired.clone(), Restless::default());
            // Traffic that a flag set was set once: what is set since stays.
            let options = RunOptions { traffic: None, ..desired.options };
            let desired = Desired { options, ..desired };
            Follower { running, reread, desired, known, restless, started: None, said }.follow(&mut puts).await;
        }
    }
}

struct Follower<'a> {
    running: &'a Running,
    reread: Reread,
    desired: Desired,
    /// What was put last, as far as it knows: what differs, somebody else has put.
    known: Desired,
    restless: Restless,
    /// When code was last seen starting.
    started: Option<Instant>,
    /// Notices that a person has read already.
    said: Vec<Diagnosis>,
}

impl Follower<'_> {
    /// Until somebody else puts something.
    async fn follow(&mut self, puts: &mut watch::Receiver<Option<Desired>>) {
        let (mut watched, mut seen, mut pace) = look(Watched::of(&self.desired)).await;
        // What changed between the put and this look is found by its signature.
        let mut owed = Some(Changed { at: Instant::now(), files: vec![] });
        loop {
            tokio::select! {
                changed = puts.changed() => match changed {
                    Ok(()) => return,
                    Err(_) => return std::future::pending().await,
                },
                () = tokio::time::sleep(pace) => {}
            }
            if self.running.is_under_way(&self.desired) {
                self.started = Some(Instant::now());
            }
            let before = seen.clone();
            (watched, seen, pace) = look(watched).await;
            if seen != before {
                let at = Instant::now();
                (watched, seen) = quiet(watched, seen, &before).await;
                let files = seen.changed_since(&before);
                if self.is_restless(&files) {
                    continue;
                }
                owed = Some(Changed { at, files: named(&files, &self.desired.project) });
                // A lock is of what was asked for.
                self.desired.options.lock = false;
                if seen.written != before.written {
                    if !self.read_again() {
                        continue;
                    }
                    (watched, seen, pace) = look(Watched::of(&self.desired)).await;
                }
            }
            let Some(changed) = owed.take() else { continue };
            owed = self.put(changed).await;
            if puts.borrow_and_update().as_ref() != Some(&self.known) {
                return;
            }
        }
    }

    /// Whether nothing but what the code itself writes has changed, when it starts.
    fn is_restless(&mut self, files: &[PathBuf]) -> bool {
        let starts = self.started.is_some_and(|started| started.elapsed() < JUST_NOW);
        let fresh = self.restless.meets(files, starts);
        if !fresh.is_empty() {
            let names = named(&fresh, &self.desired.project).join(", ");
            let text =
                format!("{names}: changes each time the code starts, so it is not followed until another file changes");
            self.running.lifecycle.events().say(EventKind::Progress { deployment: None, text });
        }
        self.restless.are_all(files)
    }

    /// What runs, runs on with a fault.
    fn read_again(&mut self) -> bool {
        match (self.reread)(&self.desired) {
            Ok(Again { desired, notices }) => {
                let fresh = notices.iter().filter(|notice| !self.said.contains(notice)).cloned();
                fresh.for_each(|notice| self.running.say(notice));
                (self.desired, self.said) = (desired, notices);
                true
            }
            Err(faults) => {
                faults.into_iter().for_each(|fault| self.running.say(fault));
                let text = "the files have faults: what runs, runs on as it is".to_owned();
                self.running.lifecycle.events().say(EventKind::Progress { deployment: None, text });
                false
            }
        }
    }

    /// What is still to be done.
    async fn put(&mut self, changed: Changed) -> Option<Changed> {
        // An environment that is being built will run the code as it is then.
        if self.running.prepares(&self.desired) {
            return Some(changed);
        }
        self.started = Some(Instant::now());
        match self.running.put(self.desired.clone(), Some(changed)).await {
            Ok(_) => self.known.clone_from(&self.desired),
            Err(fault) => self.running.say(fault),
        }
        None
    }
}

/// And how long to wait before the next look.
async fn look(mut watched: Watched) -> (Watched, Seen, Duration) {
    let began = Instant::now();
    let looked = tokio::task::spawn_blocking(move || {
        let seen = watched.look();
        (watched, seen)
    });
    let (watched, seen) = looked.await.expect("looking at files does not panic");
    (watched, seen, PACE.max(began.elapsed() * SHARE))
}

/// As soon as two looks see the same.
async fn quiet(mut watched: Watched, mut seen: Seen, before: &Seen) -> (Watched, Seen) {
    loop {
        let unfinished = seen.others != before.others || seen.lacks(before);
        tokio::time::sleep(if unfinished { QUIET_LONG } else { QUIET }).await;
        let last = seen;
        (watched, seen, _) = look(watched).await;
        if seen == last {
            return (watched, seen);
        }
    }
}

fn named(changed: &[PathBuf], project: &Path) -> Vec<String> {
    let name = |path: &PathBuf| path.strip_prefix(project).unwrap_or(path).display().to_string();
    let more = changed.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!("{more} more"));
    changed.iter().take(NAMED).map(name).chain(more).collect()
}
