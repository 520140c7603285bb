//! Requests without end, from several clients at once.

use crate::Request;
use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

const CLIENTS: usize = 4;

/// Longer than any pause between two answers.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ends when it is dropped.
#[derive(Debug)]
pub struct Load {
    clients: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
}

/// What the requests came to: how many had each status line; 0 where there was no answer.
pub type Tally = BTreeMap<u16, usize>;

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    tally: Tally,
    under_way: usize,
    held: bool,
    over: bool,
}

/// No request is under way, and none begins until this is dropped.
#[derive(Debug)]
pub struct Held<'a>(&'a Shared);

impl Load {
    /// Returns once every client has had its first answer.
    pub fn of(request: &Request) -> Self {
        let (shared, (answered, answers)) = (Arc::<Shared>::default(), channel());
        let client = |_| {
            let (request, answered, shared) = (request.clone(), answered.clone(), shared.clone());
            spawn(move || shared.send(&request, &answered))
        };
        let load = Self { clients: (0..CLIENTS).map(client).collect(), shared: shared.clone() };
        assert_eq!(answers.iter().take(CLIENTS).count(), CLIENTS, "every client has an answer");
        load
    }

    /// Returns once so many more requests have been answered.
    pub fn goes_on_for(&self, requests: usize) {
        let wanted = total(&self.tally()) + requests;
        drop(self.shared.until(|state| total(&state.tally) >= wanted));
    }

    /// Between two requests of every client.
    pub fn held(&self) -> Held<'_> {
        self.shared.change(|state| state.held = true);
        drop(self.shared.until(|state| state.under_way == 0));
        Held(&self.shared)
    }

    /// What all requests came to so far.
    pub fn tally(&self) -> Tally {
        self.shared.change(|state| state.tally.clone())
    }

    /// Ends it: what all requests came to.
    pub fn ends(mut self) -> Tally {
        self.join();
        self.tally()
    }

    fn join(&mut self) {
        self.shared.change(|state| state.over = true);
        for client in self.clients.drain(..) {
            let _ = client.join();
        }
    }
}

pub fn total(tally: &Tally) -> usize {
    tally.values().sum()
}

impl Shared {
    fn send(&self, request: &Request, answered: &Sender<()>) {
        let mut first = Some(answered);
        while self.begins() {
            let line = request.try_send();
            let status = line.as_ref().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
            self.change(|state| {
                *state.tally.entry(status).or_default() += 1;
                state.under_way -= 1;
            });
            // A server that was killed answers nobody: go on until the test has seen enough.
            if let (Some(_), Some(first)) = (line, first.take()) {
                let _ = first.send(());
            }
        }
    }

    /// The next request, unless it is over.
    fn begins(&self) -> bool {
        let mut state = self.until(|state| state.over || !state.held);
        state.under_way += usize::from(!state.over);
        !state.over
    }

    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
        result
    }

    fn until(&self, reached: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let state = self.state.lock().unwrap();
        let waited = self.changed.wait_timeout_while(state, PATIENCE, |state| !reached(state)).unwrap();
        assert!(!waited.1.timed_out(), "nobody is answered any more: {:?}", waited.0);
        waited.0
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.held = false);
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.join();
    }
}
