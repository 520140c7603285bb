//! What is under way, and since when: a line for each deployment that is being made ready. Time is given, never asked.

use model::{EventKind, InstanceState};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Whoever waits hears something at least so often.
const SILENCE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub struct Steps {
    /// By deployment; without a name: the whole.
    under_way: BTreeMap<String, Step>,
    heard: Instant,
}

#[derive(Debug)]
struct Step {
    what: String,
    /// The last line of a builder.
    detail: String,
    since: Instant,
    builds: bool,
}

/// What becomes of a line of progress on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// It is worth a line of its own.
    Kept,
    /// The next one takes its place.
    Passing,
}

impl Steps {
    pub fn new(now: Instant) -> Self {
        Self { under_way: BTreeMap::new(), heard: now }
    }

    pub fn met(&mut self, event: &EventKind, now: Instant) -> Weight {
        match event {
            EventKind::Log { .. } => return Weight::Kept,
            EventKind::Progress { deployment, text } => {
                self.heard = now;
                let name = deployment.as_ref().map_or_else(String::new, ToString::to_string);
                return self.progress(name, text, now);
            }
            EventKind::InstanceChanged {
                instance, state: InstanceState::Starting | InstanceState::Restarting, ..
            } => {
                self.begins(instance.deployment.to_string(), "starting", now);
            }
            EventKind::DeploymentReady { deployment, .. }
            | EventKind::DeploymentReloaded { deployment, .. }
            | EventKind::DeploymentFailed { deployment, .. } => {
                self.under_way.remove(deployment.as_str());
            }
            EventKind::Settled => self.under_way.clear(),
            EventKind::Stopping => self.begins(String::new(), "stopping", now),
            EventKind::InstanceChanged { .. } | EventKind::Platform { .. } | EventKind::Said { .. } => {}
        }
        self.heard = now;
        Weight::Kept
    }

    fn progress(&mut self, name: String, text: &str, now: Instant) -> Weight {
        // Of what runs already: nobody waits for it.
        if name.is_empty() {
            return Weight::Kept;
        }
        let builds = self.under_way.get(&name).is_some_and(|step| step.builds);
        if begins_a_build(text) {
            self.begins(name, text, now);
        } else if text.starts_with("made in ") {
            self.under_way.remove(&name);
            return Weight::Kept;
        } else if is_passing(text) {
            self.goes_on(name, text, now);
        } else if builds && !is_a_steps_end(text) {
            self.under_way.entry(name).and_modify(|step| text.clone_into(&mut step.detail));
        } else {
            return Weight::Kept;
        }
        Weight::Passing
    }

    fn begins(&mut self, name: String, what: &str, now: Instant) {
        let builds = begins_a_build(what);
        self.under_way.insert(name, Step { what: what.to_owned(), detail: String::new(), since: now, builds });
    }

    /// `pulling x: 1 of 2 MB` goes on with `pulling x`.
    fn goes_on(&mut self, name: String, text: &str, now: Instant) {
        let head = |text: &str| text.split_once(": ").map_or_else(|| text.to_owned(), |(head, _)| head.to_owned());
        match self.under_way.get_mut(&name) {
            Some(step) if step.builds => text.clone_into(&mut step.detail),
            Some(step) if head(&step.what) == head(text) => text.clone_into(&mut step.what),
            _ => self.begins(name, text, now),
        }
    }

    /// A line for each, with its seconds.
    pub fn lines(&self, now: Instant) -> Vec<String> {
        let line = |(name, step): (&String, &Step)| {
            let detail = if step.detail.is_empty() { String::new() } else { format!(" | {}", step.detail) };
            format!("{}{}  {} s{detail}", before(name), step.what, now.duration_since(step.since).as_secs())
        };
        self.under_way.iter().map(line).collect()
    }

    /// What is said where nothing is redrawn, once nothing was heard for a while.
    pub fn heartbeat(&mut self, now: Instant) -> Vec<String> {
        if now.duration_since(self.heard) < SILENCE {
            return vec![];
        }
        self.heard = now;
        let line = |(name, step): (&String, &Step)| {
            format!("{}still {}: {} s", before(name), step.what, now.duration_since(step.since).as_secs())
        };
        self.under_way.iter().map(line).collect()
    }
}

fn before(name: &str) -> String {
    if name.is_empty() { String::new() } else { format!("{name}: ") }
}

/// `Step 2/4 : RUN x`, and what an environment of Python begins with.
fn begins_a_build(text: &str) -> bool {
    let step = text.strip_prefix("Step ").and_then(|rest| rest.split_once(' '));
    step.is_some_and(|(count, rest)| count.contains('/') && rest.starts_with(": "))
        || text.starts_with("making a virtual environment")
}

/// `Step 2/4: 3.1 s`, `the installation: 12.4 s`
fn is_a_steps_end(text: &str) -> bool {
    let seconds = text.strip_suffix(" s").and_then(|text| text.rsplit_once(": "));
    seconds.is_some_and(|(_, seconds)| seconds.parse::<f64>().is_ok())
}

fn is_passing(text: &str) -> bool {
    let starts = ["pulling ", "unpacking ", "waiting for ", "another process is making it"];
    starts.iter().any(|start| text.starts_with(start)) || text.contains(" s so far")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Weight::{Kept, Passing};
    use model::{DeploymentName, EndpointName, InstanceId};

    fn progress(text: &str) -> EventKind {
        EventKind::Progress { deployment: Some(DeploymentName::new("blue")), text: text.into() }
    }

    fn starting() -> EventKind {
        let (endpoint, deployment) = (EndpointName::new("e"), DeploymentName::new("blue"));
        let instance = InstanceId { endpoint, deployment, number: 0 };
        EventKind::InstanceChanged { instance, state: InstanceState::Starting, detail: String::new() }
    }

    /// Seconds, what happens, its weight, and the line that stands then.
    #[test]
    fn what_is_under_way_has_a_line_with_its_seconds() {
        let begin = Instant::now();
        let mut steps = Steps::new(begin);
        let rows: &[(u64, EventKind, Weight, &str)] = &[
            (0, progress("pulling a/b:1"), Passing, "blue: pulling a/b:1  0 s"),
            (
                3,
                progress("pulling a/b:1: 1 layer, 1.2 of 80.1 MB"),
                Passing,
                "blue: pulling a/b:1: 1 layer, 1.2 of 80.1 MB  3 s",
            ),
            (5, progress("a/b:1: 80.1 MB in 5.0 s"), Kept, "blue: pulling a/b:1: 1 layer, 1.2 of 80.1 MB  5 s"),
            (6, progress("Step 2/4 : RUN pip install x"), Passing, "blue: Step 2/4 : RUN pip install x  0 s"),
            (8, progress("Collecting x"), Passing, "blue: Step 2/4 : RUN pip install x  2 s | Collecting x"),
            (9, progress("Step 2/4: 3.0 s"), Kept, "blue: Step 2/4 : RUN pip install x  3 s | Collecting x"),
            (9, progress("made in 3.1 s; its log: /x"), Kept, ""),
            (10, progress("a/b:1 starts azmlinfsrv"), Kept, ""),
            (10, starting(), Kept, "blue: starting  0 s"),
            (11, EventKind::Settled, Kept, ""),
        ];
        for (seconds, event, weight, line) in rows {
            let now = begin + Duration::from_secs(*seconds);
            assert_eq!(steps.met(event, now), *weight, "{event:?}");
            assert_eq!(steps.lines(now).join("\n"), *line, "{event:?}");
        }
    }

    #[test]
    fn ten_seconds_of_silence_are_the_longest() {
        let begin = Instant::now();
        let mut steps = Steps::new(begin);
        steps.met(&starting(), begin);
        let mut said = vec![];
        for second in 1..=25 {
            said.extend(steps.heartbeat(begin + Duration::from_secs(second)));
        }
        assert_eq!(said, ["blue: still starting: 10 s", "blue: still starting: 20 s"]);
        let at = |seconds| begin + Duration::from_secs(seconds);
        steps.met(&progress("has changed: the new version comes up beside the old one"), at(29));
        assert_eq!(steps.heartbeat(at(31)), Vec::<String>::new(), "something was heard");
        steps.met(&EventKind::Settled, at(35));
        assert_eq!(steps.heartbeat(at(60)), Vec::<String>::new(), "nobody waits any more");
    }
}
