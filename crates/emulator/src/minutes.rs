//! What the doors count, minute by minute of the clock: as Azure Monitor shows it.

use crate::doors::Doors;
use front_end::Counters;
use jiff::Timestamp;
use model::{DoorMeters, EndpointName, Minute};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

/// Minutes that are kept of an endpoint.
const KEPT: usize = 60;
/// How often it is looked how many connections are open.
pub const LOOK: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub struct Minutes {
    of: Mutex<BTreeMap<EndpointName, Course>>,
}

#[derive(Debug)]
struct Course {
    past: VecDeque<Minute>,
    /// When the minute that runs began, or the first look at it was.
    since: Timestamp,
    /// As counted then.
    before: DoorMeters,
    active: Vec<u32>,
}

impl Minutes {
    /// Looks at every door that is open; one that was closed is forgotten.
    pub fn look(&self, now: Timestamp, counters: &BTreeMap<EndpointName, Counters>) {
        let mut of = self.lock();
        of.retain(|name, _| counters.contains_key(name));
        for (name, counters) in counters {
            let new = || Course { past: VecDeque::new(), since: now, before: DoorMeters::default(), active: vec![] };
            of.entry(name.clone()).or_insert_with(new).look(now, counters);
        }
    }

    /// The past ones, and the one that runs.
    pub fn of(&self, endpoint: &EndpointName, now: Timestamp, meters: &DoorMeters) -> Vec<Minute> {
        let of = self.lock();
        let Some(course) = of.get(endpoint) else { return vec![] };
        course.past.iter().cloned().chain([course.running(now, meters)]).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<EndpointName, Course>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Course {
    fn look(&mut self, now: Timestamp, counters: &Counters) {
        if minute(now) != minute(self.since) {
            let meters = counters.meters();
            let ended = self.running(now, &meters);
            self.past.push_back(ended);
            if self.past.len() >= KEPT {
                self.past.pop_front();
            }
            (self.since, self.before) = (now, meters);
            self.active.clear();
        }
        self.active.push(counters.connections());
    }

    fn running(&self, now: Timestamp, meters: &DoorMeters) -> Minute {
        let active: u32 = self.active.iter().sum();
        Minute {
            start: Timestamp::from_second(minute(self.since) * 60).unwrap_or(self.since),
            seconds: now.duration_since(self.since).as_secs_f64(),
            connections_active: f64::from(active) / self.active.len().max(1) as f64,
            meters: meters.since(&self.before),
        }
    }
}

fn minute(time: Timestamp) -> i64 {
    time.as_second().div_euclid(60)
}

/// Looks until the doors are no more; at the beginning of every minute, too.
pub async fn keep(doors: Weak<Doors>, told: impl Fn(&Doors)) {
    loop {
        match doors.upgrade() {
            None => return,
            Some(doors) => {
                doors.minutes.look(Timestamp::now(), &doors.counters());
                told(&doors);
            }
        }
        let in_minute = Timestamp::now().as_millisecond().rem_euclid(60_000);
        let left = Duration::from_millis(u64::try_from(60_000 - in_minute).unwrap_or_default());
        tokio::time::sleep(LOOK.min(left)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap_or_default()
    }

    #[test]
    fn a_minute_ends_with_the_clocks() {
        let (minutes, name) = (Minutes::default(), EndpointName::new("credit"));
        let doors = BTreeMap::from([(name.clone(), Counters::default())]);
        [100, 115, 120, 130].iter().for_each(|second| minutes.look(at(*second), &doors));
        let told = minutes.of(&name, at(135), &DoorMeters::default());
        let found: Vec<_> = told.iter().map(|minute| (minute.start, minute.seconds)).collect();
        assert_eq!(found, [(at(60), 20.0), (at(120), 15.0)]);
        (0..100).for_each(|number| minutes.look(at(180 + number * 60), &doors));
        assert_eq!(minutes.of(&name, at(6200), &DoorMeters::default()).len(), KEPT);
        minutes.look(at(7000), &BTreeMap::new());
        assert!(minutes.of(&name, at(7000), &DoorMeters::default()).is_empty());
    }
}
