//! Requests without end, from several clients at once.

use crate::Request;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::{JoinHandle, spawn};

const CLIENTS: usize = 4;

/// Ends when it is dropped.
#[derive(Debug)]
pub struct Load {
    over: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    /// Returns once every client has had its first answer.
    pub fn of(request: &Request) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let (answered, answers) = channel();
        let client = |_| {
            let (request, over, answered) = (request.clone(), over.clone(), answered.clone());
            spawn(move || send(&request, &over, &answered))
        };
        let load = Self { clients: (0..CLIENTS).map(client).collect(), over };
        assert_eq!(answers.iter().take(CLIENTS).count(), CLIENTS, "every client has an answer");
        load
    }
}

fn send(request: &Request, over: &AtomicBool, answered: &Sender<()>) {
    let mut first = Some(answered);
    while !over.load(Ordering::Relaxed) {
        // A server that was killed answers nobody: go on until the test has seen enough.
        let Some(_status) = request.try_send() else { continue };
        if let Some(first) = first.take() {
            let _ = first.send(());
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        for client in self.clients.drain(..) {
            let _ = client.join();
        }
    }
}
