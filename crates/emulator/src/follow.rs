//! Follows the files: what has changed is put as by another `up`, and the lifecycle finds the shortest way.

use crate::desired::Puts;
use crate::restless::{Asked, Restless};
use crate::running::Running;
use crate::watched::{Seen, Watched};
use diagnosis::Diagnosis;
use lifecycle::Changed;
use model::{Desired, EventKind};
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
/// Whoever writes for longer is named: nothing that was saved since is served.
const SILENT: Duration = Duration::from_secs(5);
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
        let Ok(known) = puts.wait_for(|puts| puts.followed().next().is_some()).await.map(|puts| puts.clone()) else {
            return;
        };
        puts.mark_unchanged();
        Follower::of(running, reread, known).follow(&mut puts).await;
    }
}

struct Follower<'a> {
    running: &'a Running,
    reread: Reread,
    puts: Puts,
    restless: Restless,
    /// When code was last seen starting.
    started: Option<Instant>,
    asked: Asked,
    /// Notices that a person has read already.
    said: Vec<Diagnosis>,
    /// What was wrong with the files at the last look.
    faults: Vec<Diagnosis>,
}

impl<'a> Follower<'a> {
    fn of(running: &'a Running, reread: Reread, mut puts: Puts) -> Self {
        let said = puts.followed().filter_map(|put| reread(put).ok()).flat_map(|again| again.notices).collect();
        // Traffic that a flag set was set once: what is set since stays.
        puts.each.iter_mut().for_each(|put| put.options.traffic = None);
        Self {
            running,
            reread,
            puts,
            restless: Restless::default(),
            started: None,
            asked: Asked::default(),
            said,
            faults: vec![],
        }
    }

    /// Until somebody else puts something.
    async fn follow(&mut self, puts: &mut watch::Receiver<Puts>) {
        let (mut watched, mut seen, mut pace) = look(self.watched()).await;
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
            if self.puts.followed().any(|put| self.running.is_under_way(put)) {
                self.started = Some(Instant::now());
            }
            self.asked.look(&self.running.doors);
            let before = seen.clone();
            (watched, seen, pace) = look(watched).await;
            if seen != before {
                let (at, runs) = (Instant::now(), self.runs());
                (watched, seen) = self.quiet(watched, seen, &before).await;
                let files = seen.changed_since(&before);
                if self.is_restless(&files, runs) {
                    continue;
                }
                owed = Some(Changed { at, files: named(&files, &self.running.project) });
                // A lock is of what was asked for.
                self.puts.each.iter_mut().for_each(|put| put.options.lock = false);
            }
            // A fault may end with a file that nobody looks at, because it was not there.
            if (seen.written != before.written || !self.faults.is_empty()) && self.read_again() {
                owed.get_or_insert_with(|| Changed { at: Instant::now(), files: vec![] });
                (watched, seen, pace) = look(self.watched()).await;
            }
            let Some(changed) = owed.take() else { continue };
            owed = self.put(changed).await;
            if puts.borrow_and_update().asked != self.puts.asked {
                return;
            }
        }
    }

    /// As soon as two looks see the same.
    async fn quiet(&self, mut watched: Watched, mut seen: Seen, before: &Seen) -> (Watched, Seen) {
        let (began, mut told) = (Instant::now(), false);
        loop {
            let unfinished = seen.others != before.others || seen.lacks(before);
            tokio::time::sleep(if unfinished { QUIET_LONG } else { QUIET }).await;
            let last = seen;
            (watched, seen, _) = look(watched).await;
            if seen == last {
                return (watched, seen);
            }
            if !told && began.elapsed() > SILENT {
                let names = named(&seen.changed_since(&last), &self.running.project).join(", ");
                self.tell(format!("{names}: is being written for so long; what has changed is served when that ends"));
                told = true;
            }
        }
    }

    fn watched(&self) -> Watched {
        let followed: Vec<_> = self.puts.followed().collect();
        Watched::of(&self.running.project, followed.iter().copied())
    }

    /// Whether code may write just now, and when it does.
    fn runs(&self) -> Option<&'static str> {
        let just_now = |at: Option<Instant>| at.is_some_and(|at| at.elapsed() < JUST_NOW);
        match (just_now(self.started), just_now(self.asked.last)) {
            (false, false) => None,
            (true, false) => Some("the code starts"),
            (false, true) => Some("a request runs"),
            (true, true) => Some("the code starts or a request runs"),
        }
    }

    /// Whether nothing but what the code itself writes has changed.
    fn is_restless(&mut self, files: &[PathBuf], runs: Option<&str>) -> bool {
        let fresh = self.restless.meets(files, runs.is_some());
        if let (Some(runs), false) = (runs, fresh.is_empty()) {
            let names = named(&fresh, &self.running.project).join(", ");
            self.tell(format!("{names}: changes each time {runs}, so it is not followed until another file changes"));
        }
        self.restless.are_all(files)
    }

    /// What runs, runs on with a fault.
    fn read_again(&mut self) -> bool {
        let read = self.puts.followed().map(self.reread).collect::<Vec<_>>();
        let faults: Vec<_> = read.iter().filter_map(|again| again.as_ref().err()).flatten().cloned().collect();
        let same = faults == self.faults;
        self.faults = faults;
        if !self.faults.is_empty() {
            if !same {
                self.faults.iter().for_each(|fault| self.running.say(fault.clone()));
                self.tell("the files have faults: what runs, runs on as it is".to_owned());
            }
            return false;
        }
        let (desired, notices): (Vec<_>, Vec<_>) =
            read.into_iter().flatten().map(|again| (again.desired, again.notices)).unzip();
        desired.into_iter().for_each(|desired| self.puts.follow(desired));
        self.puts.share();
        let said = std::mem::replace(&mut self.said, notices.concat());
        self.said.iter().filter(|notice| !said.contains(notice)).for_each(|notice| self.running.say(notice.clone()));
        true
    }

    /// What is still to be done.
    async fn put(&mut self, changed: Changed) -> Option<Changed> {
        // An environment that is being built will run the code as it is then.
        if self.puts.followed().any(|put| self.running.prepares(put)) {
            return Some(changed);
        }
        self.started = Some(Instant::now());
        let own = || self.running.desired.borrow().asked == self.puts.asked;
        for put in self.puts.followed().take_while(|_| own()) {
            if let Err(fault) = self.running.put(put.clone(), Some(changed.clone())).await {
                self.running.say(fault);
            }
        }
        None
    }

    fn tell(&self, text: String) {
        self.running.lifecycle.events().say(EventKind::Progress { deployment: None, text });
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

fn named(changed: &[PathBuf], project: &Path) -> Vec<String> {
    let name = |path: &PathBuf| path.strip_prefix(project).unwrap_or(path).display().to_string();
    let more = changed.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!("{more} more"));
    changed.iter().take(NAMED).map(name).chain(more).collect()
}
