//! What is collected of requests, on its way out: whoever has something hands it over, a thread of its own stores it. A
//! slow or full disk never delays a request: what finds no room is dropped, and counted.

use bytes::Bytes;
use model::{CollectionMeters, DeploymentMeters, DeploymentName, EndpointName, InstanceId, RollingRate};
use semantics::data_collector::Event;
use std::collections::BTreeMap;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes that may wait for a slow disk, an event being counted with its payload.
const MOST: usize = 64 << 20;
/// What an event weighs besides its payload.
const EVENT: usize = 512;

/// One payload.
#[derive(Debug)]
pub struct Collected {
    pub instance: InstanceId,
    pub rolling: RollingRate,
    pub event: Event,
    pub payload: Vec<Bytes>,
}

/// Why something is not there that should be; as metrics have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Too much waits for the disk.
    Queue,
    /// Longer than any payload that is collected.
    TooLarge,
    /// It ended in the middle, or nobody read it to its end.
    Incomplete,
    /// It could not be written.
    Disk,
}

/// Keeps what was collected.
pub trait Store: Send + 'static {
    fn store(&mut self, collected: &Collected) -> io::Result<()>;
}

/// A handle; clones hand over to the same thread.
#[derive(Debug, Clone)]
pub struct Collector {
    shared: Arc<Shared>,
    sender: Sender<Message>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: AtomicUsize,
    counts: Mutex<BTreeMap<(EndpointName, DeploymentName), Counts>>,
    /// Why the last one could not be stored.
    fault: Mutex<Option<String>>,
}

type Counts = BTreeMap<String, CollectionMeters>;

#[derive(Debug)]
enum Message {
    Collected(Box<Collected>),
    /// Answered when all before it is stored.
    Flush(Sender<()>),
}

impl Lost {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queue => "queue_full",
            Self::TooLarge => "too_large",
            Self::Incomplete => "incomplete",
            Self::Disk => "disk",
        }
    }
}

impl Collected {
    pub(crate) fn bytes(&self) -> usize {
        self.payload.iter().map(Bytes::len).sum()
    }
}

impl Collector {
    pub fn start(store: impl Store) -> io::Result<Self> {
        let (sender, receiver) = channel();
        let shared = Arc::new(Shared::default());
        let keeps = shared.clone();
        std::thread::Builder::new().name("collector".into()).spawn(move || keeps.keep(&receiver, store))?;
        Ok(Self { shared, sender })
    }

    pub fn offer(&self, collected: Box<Collected>) {
        let weight = collected.bytes() + EVENT;
        if self.shared.waiting.load(Relaxed) + weight > MOST {
            self.shared
                .fault
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert("the disk is too slow".into());
            return self.lost(&collected, Lost::Queue);
        }
        self.shared.waiting.fetch_add(weight, Relaxed);
        // The thread lives as long as a handle does.
        let _ = self.sender.send(Message::Collected(collected));
    }

    pub(crate) fn lost(&self, collected: &Collected, why: Lost) {
        self.shared.lost(collected, why);
    }

    /// Why something could not be stored, once.
    pub fn fault(&self) -> Option<String> {
        self.shared.fault.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits until what came so far is stored, for so long. Whether it is.
    pub fn flush(&self, patience: Duration) -> bool {
        let (done, stored) = channel();
        self.sender.send(Message::Flush(done)).is_ok() && stored.recv_timeout(patience).is_ok()
    }

    pub(crate) fn count(&self, endpoint: &EndpointName, deployments: &mut BTreeMap<DeploymentName, DeploymentMeters>) {
        for ((of, name), counts) in self.shared.counts().iter().filter(|((of, _), _)| of == endpoint) {
            debug_assert_eq!(of, endpoint);
            deployments.entry(name.clone()).or_default().collections = counts.clone();
        }
    }
}

impl Shared {
    fn keep(&self, receiver: &Receiver<Message>, mut store: impl Store) {
        while let Ok(message) = receiver.recv() {
            match message {
                Message::Flush(done) => drop(done.send(())),
                Message::Collected(collected) => self.store(&collected, &mut store),
            }
        }
    }

    fn store(&self, collected: &Collected, store: &mut impl Store) {
        match store.store(collected) {
            Ok(()) => self.counted(collected, |meters| meters.events += 1),
            Err(error) => {
                *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
                self.lost(collected, Lost::Disk);
            }
        }
        self.waiting.fetch_sub(collected.bytes() + EVENT, Relaxed);
    }

    fn lost(&self, collected: &Collected, why: Lost) {
        self.counted(collected, |meters| *meters.errors.entry(why.word().to_owned()).or_default() += 1);
    }

    fn counted(&self, collected: &Collected, change: impl FnOnce(&mut CollectionMeters)) {
        let InstanceId { endpoint, deployment, .. } = &collected.instance;
        let mut counts = self.counts();
        let of = counts.entry((endpoint.clone(), deployment.clone())).or_default();
        change(of.entry(collected.event.collection.clone()).or_default());
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<(EndpointName, DeploymentName), Counts>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
