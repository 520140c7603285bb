//! The event stream as a person follows it: what happens as lines, and that something does.

use crate::console::Console;
use crate::events::{Logs, Met, show};
use crate::live::redraws;
use crate::steps::{Steps, Weight};
use futures_util::{Stream, StreamExt};
use model::Event;
use std::time::{Duration, Instant};
use tokio::time::{Interval, MissedTickBehavior, interval};

#[derive(Debug)]
pub struct Telling<'a> {
    console: &'a Console,
    logs: Logs,
    steps: Steps,
    ticks: Interval,
    redraws: bool,
}

impl<'a> Telling<'a> {
    pub fn new(logs: Logs, console: &'a Console) -> Self {
        let mut ticks = interval(Duration::from_secs(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { console, logs, steps: Steps::new(Instant::now()), ticks, redraws: redraws() }
    }

    /// The next event, shown. Dropped before it is there, nothing is lost.
    pub async fn next<E>(
        &mut self,
        events: &mut (impl Stream<Item = Result<Event, E>> + Unpin),
    ) -> Option<Result<Met, E>> {
        loop {
            tokio::select! {
                biased;
                event = events.next() => return Some(event?.map(|event| self.show(event))),
                _ = self.ticks.tick() => self.tick(),
            }
        }
    }

    fn show(&mut self, event: Event) -> Met {
        let weight = self.steps.met(&event.kind, Instant::now());
        if self.redraws {
            self.console.draw(self.steps.lines(Instant::now()));
        }
        match weight {
            Weight::Passing if self.redraws => Met::Nothing,
            _ => show(event, self.logs, self.console),
        }
    }

    fn tick(&mut self) {
        if self.redraws {
            return self.console.draw(self.steps.lines(Instant::now()));
        }
        self.steps.heartbeat(Instant::now()).iter().for_each(|line| self.console.note(line));
    }
}

/// The terminal is left as it was found.
impl Drop for Telling<'_> {
    fn drop(&mut self) {
        self.console.draw(vec![]);
    }
}
