//! Requests without end, from several clients at once.

use crate::Request;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

const CLIENTS: usize = 4;

/// Ends when it is dropped.
#[derive(Debug)]
pub struct Load {
    over: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
    tally: Arc<(Mutex<Tally>, Condvar)>,
}

/// What the requests came to: how many had each status line; 0 where there was no answer.
pub type Tally = BTreeMap<u16, usize>;

impl Load {
    /// Returns once every client has had its first answer.
    pub fn of(request: &Request) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (answered, answers) = channel();
        let tally = Arc::<(Mutex<Tally>, Condvar)>::default();
        let client = |_| {
            let (request, over, answered) = (request.clone(), over.clone(), answered.clone());
            let tally = tally.clone();
            spawn(move || send(&request, &over, &answered, &tally))
        };
        let load = Self { clients: (0..CLIENTS).map(client).collect(), over, tally: tally.clone() };
        assert_eq!(answers.iter().take(CLIENTS).count(), CLIENTS, "every client has an answer");
        load
    }

    /// Returns once so many more requests have been answered.
    pub fn goes_on_for(&self, requests: usize) {
        let (tally, told) = &*self.tally;
        let mut known = tally.lock().unwrap();
        let wanted = total(&known) + requests;
        while total(&known) < wanted {
            let (next, waited) = told.wait_timeout(known, Duration::from_secs(60)).unwrap();
            assert!(!waited.timed_out(), "nobody is answered any more: {next:?}");
            known = next;
        }
    }

    /// Ends it: what all requests came to.
    pub fn ends(mut self) -> Tally {
        self.join();
        self.tally.0.lock().unwrap().clone()
    }

    fn join(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for client in self.clients.drain(..) {
            let _ = client.join();
        }
    }
}

pub fn total(tally: &Tally) -> usize {
    tally.values().sum()
}

fn send(request: &Request, over: &AtomicBool, answered: &Sender<()>, (tally, told): &(Mutex<Tally>, Condvar)) {
    let mut first = Some(answered);
    while !over.load(Ordering::Relaxed) {
        let line = request.try_send();
        let status = line.as_ref().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap_or(0);
        *tally.lock().unwrap().entry(status).or_default() += 1;
        told.notify_all();
        // A server that was killed answers nobody: go on until the test has seen enough.
        let Some(_status) = line else { continue };
        if let Some(first) = first.take() {
            let _ = first.send(());
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.join();
    }
}
