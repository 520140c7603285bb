//! An engine whose instances do what a script says: for tests of what stands above the seam.

mod script;

use crate::{
    About, Base, BuildTerms, Engine, EngineError, EngineKind, Entered, Entry, Exit, Found, InstanceHandle,
    KeptEnvironment, Labels, Launch, LogLine, LogSource, Memory, Outward, PortUse, Recipe, Report, Started, Stream,
    WayBack,
};
use async_trait::async_trait;
use futures_util::stream::{self, BoxStream, StreamExt};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

pub use script::Script;

/// Clones are the same engine, so that a test can look at what it gave away.
#[derive(Debug, Clone, Default)]
pub struct ScriptedEngine {
    state: Arc<Mutex<State>>,
    /// Nothing answers.
    away: watch::Sender<bool>,
    /// Everything that is asked waits.
    still: watch::Sender<bool>,
}

#[derive(Debug, Default)]
struct State {
    scripts: VecDeque<Script>,
    bases: VecDeque<Result<Base, EngineError>>,
    instances: BTreeMap<InstanceHandle, Instance>,
    launches: Vec<Launch>,
    frozen: BTreeSet<InstanceHandle>,
    count: usize,
}

#[derive(Debug, Clone)]
struct Instance {
    launch: Launch,
    script: Script,
    exit: watch::Sender<Option<Exit>>,
    /// How often memory ran out.
    out_of_memory: watch::Sender<u64>,
}

impl ScriptedEngine {
    /// Scripts are taken in order; when none is left, instances run until they are stopped.
    pub fn new(scripts: impl IntoIterator<Item = Script>) -> Self {
        let engine = Self::default();
        engine.then(scripts);
        engine
    }

    pub fn then(&self, scripts: impl IntoIterator<Item = Script>) {
        self.state().scripts.extend(scripts);
    }

    /// What the next `prepare` answers.
    pub fn prepares(&self, answer: Result<Base, EngineError>) {
        self.state().bases.push_back(answer);
    }

    /// Every launch so far, also the refused ones.
    pub fn launches(&self) -> Vec<Launch> {
        self.state().launches.clone()
    }

    /// Whoever stands still now.
    pub fn frozen(&self) -> Vec<InstanceHandle> {
        self.state().frozen.iter().cloned().collect()
    }

    /// Ends an instance from outside, as a crash or the kernel would.
    pub fn end(&self, handle: &InstanceHandle, exit: Exit) {
        if let Ok(instance) = self.find(handle) {
            instance.end(exit);
        }
    }

    /// A process of the instance is killed for memory, and the instance lives on.
    pub fn runs_out_of_memory(&self, handle: &InstanceHandle) {
        if let Some(instance) = self.state().instances.get(handle) {
            instance.out_of_memory.send_modify(|times| *times += 1);
        }
    }

    /// From now on nothing answers, and what was waited for breaks off; instances live on.
    pub fn goes_away(&self) {
        self.away.send_replace(true);
    }

    pub fn comes_back(&self) {
        self.away.send_replace(false);
    }

    /// From now on what is asked gets no answer, and what is waited for goes on.
    pub fn stands_still(&self) {
        self.still.send_replace(true);
    }

    /// Answers, also what was asked meanwhile.
    pub fn moves_on(&self) {
        self.still.send_replace(false);
    }

    async fn moves(&self) {
        let _ = self.still.subscribe().wait_for(|still| !still).await;
    }

    fn answers(&self) -> Result<(), EngineError> {
        if *self.away.borrow() { Err(gone()) } else { Ok(()) }
    }

    /// What is waited for, unless the engine goes away before.
    async fn unless_away<T>(&self, wanted: impl Future<Output = T>) -> Result<T, EngineError> {
        let mut away = self.away.subscribe();
        tokio::select! {
            biased;
            _ = away.wait_for(|away| *away) => Err(gone()),
            found = wanted => Ok(found),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, handle: &InstanceHandle) -> Result<Instance, EngineError> {
        self.state().instances.get(handle).cloned().ok_or(EngineError::NoSuchInstance)
    }
}

impl Instance {
    /// The first end counts.
    fn end(&self, exit: Exit) {
        self.exit.send_if_modified(|ended| {
            let first = ended.is_none();
            ended.get_or_insert(exit);
            first
        });
    }

    async fn wait(&self) -> Exit {
        let mut exit = self.exit.subscribe();
        let ended = exit.wait_for(Option::is_some).await.ok().and_then(|exit| exit.clone());
        ended.unwrap_or_else(killed)
    }
}

fn gone() -> EngineError {
    EngineError::Unavailable("connection refused".into())
}

fn exit(code: i64) -> Exit {
    Exit { code, out_of_memory: false, error: String::new() }
}

fn killed() -> Exit {
    exit(137)
}

#[async_trait]
impl Engine for ScriptedEngine {
    async fn about(&self) -> Result<About, EngineError> {
        self.moves().await;
        self.answers()?;
        Ok(About {
            kind: EngineKind::Scripted,
            version: "scripted".into(),
            address: "memory".into(),
            shares_files: Some(true),
            ports: crate::Ports::Loopback,
            gpus: false,
            cpus: 16,
            memory_bytes: 64 << 30,
            arch: "amd64".into(),
        })
    }

    async fn way_back(&self, _: &Outward) -> Result<WayBack, EngineError> {
        Err(EngineError::Unsupported("nothing runs here".into()))
    }

    async fn reaches_back(&self, _: &Base, _: &WayBack, _: u16) -> Result<bool, EngineError> {
        Ok(true)
    }

    async fn prepare(&self, recipe: &Recipe, _: &BuildTerms, _: Report<'_>) -> Result<Base, EngineError> {
        self.answers()?;
        let name = match recipe {
            Recipe::Image { image, .. } => image,
            Recipe::Derived { tag, .. } => tag,
            Recipe::Context { dockerfile, .. } => dockerfile,
            Recipe::Python { key, .. } => key,
        };
        let usual = Base { name: name.clone(), id: name.clone(), made: false, facts: Default::default() };
        self.state().bases.pop_front().unwrap_or(Ok(usual))
    }

    async fn find(&self, _: &Recipe) -> Result<Option<Base>, EngineError> {
        self.answers().map(|()| None)
    }

    async fn kept(&self) -> Result<Vec<KeptEnvironment>, EngineError> {
        self.answers().map(|()| vec![])
    }

    async fn discard(&self, _: &str) -> Result<(), EngineError> {
        self.answers()
    }

    async fn start(&self, launch: &Launch) -> Result<Started, EngineError> {
        self.moves().await;
        self.answers()?;
        let mut state = self.state();
        state.launches.push(launch.clone());
        let script = state.scripts.pop_front().unwrap_or_default();
        if let Some(error) = script.refused {
            return Err(error);
        }
        state.count += 1;
        let handle = InstanceHandle(format!("scripted-{}", state.count));
        let addresses = script.addresses(&launch.ports);
        let instance = Instance {
            launch: launch.clone(),
            script: script.clone(),
            exit: watch::Sender::new(None),
            out_of_memory: watch::Sender::new(0),
        };
        state.instances.insert(handle.clone(), instance.clone());
        if let Some((after, code)) = script.ends {
            tokio::spawn(async move {
                tokio::time::sleep(after).await;
                instance.end(exit(code));
            });
        }
        if script.unheard {
            self.goes_away();
        }
        self.answers().map(|()| Started { handle, addresses, copied: vec![] })
    }

    async fn attach(&self, handle: &InstanceHandle, ports: &BTreeMap<PortUse, u16>) -> Result<Started, EngineError> {
        self.answers()?;
        let Instance { script, exit, .. } = self.find(handle)?;
        if exit.borrow().is_some() {
            return Err(EngineError::NoSuchInstance);
        }
        let addresses = script.addresses(ports);
        Ok(Started { handle: handle.clone(), addresses, copied: vec![] })
    }

    async fn out_of_memory(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        let mut times = self.find(handle)?.out_of_memory.subscribe();
        let _ = self.unless_away(times.changed()).await?;
        Ok(())
    }

    async fn enter(&self, _: &InstanceHandle, _: &Entry) -> Result<Entered, EngineError> {
        Err(EngineError::Unsupported("there is nothing in a scripted instance".into()))
    }

    async fn memory(&self, handle: &InstanceHandle) -> Result<Memory, EngineError> {
        self.answers()?;
        let limit = self.find(handle)?.launch.memory_bytes;
        Ok(Memory { limit, used: limit, peak: limit })
    }

    /// Whether the engine is there or not.
    async fn died(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.find(handle)?.wait().await;
        Ok(())
    }

    async fn wait(&self, handle: &InstanceHandle) -> Result<Exit, EngineError> {
        let instance = self.find(handle)?;
        self.unless_away(instance.wait()).await
    }

    async fn logs(
        &self,
        handle: &InstanceHandle,
        source: LogSource,
    ) -> Result<BoxStream<'static, LogLine>, EngineError> {
        let instance = self.find(handle)?;
        let lines = instance.script.lines.clone();
        let first = source.tail.map_or(0, |tail| lines.len().saturating_sub(tail));
        let said = lines.into_iter().skip(first).map(|text| LogLine { stream: Stream::Stdout, text, old: false });
        let ended = stream::once(async move {
            if source.follow {
                instance.wait().await;
            }
            if source.follow && instance.script.held_open {
                std::future::pending().await
            }
        });
        Ok(stream::iter(said).chain(ended.filter_map(|()| async { None })).boxed())
    }

    async fn kill(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.answers()?;
        self.find(handle).into_iter().for_each(|instance| instance.end(killed()));
        Ok(())
    }

    async fn freeze(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.answers()?;
        self.state().frozen.insert(handle.clone());
        Ok(())
    }

    async fn resume(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.answers()?;
        self.state().frozen.remove(handle);
        Ok(())
    }

    async fn exhaust_memory(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.answers()?;
        self.find(handle)?.end(Exit { out_of_memory: true, ..killed() });
        Ok(())
    }

    async fn stop(&self, handle: &InstanceHandle, grace: Duration) -> Result<(), EngineError> {
        self.answers()?;
        let Ok(instance) = self.find(handle) else { return Ok(()) };
        if let Some(code) = instance.script.stops {
            instance.end(exit(code));
        } else if tokio::time::timeout(grace, instance.wait()).await.is_err() {
            instance.end(killed());
        }
        Ok(())
    }

    /// Its name does for a handle, as with the container engines.
    async fn remove(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        self.answers()?;
        let is_meant = |at: &InstanceHandle, instance: &Instance| at == handle || instance.launch.name == handle.0;
        let mut state = self.state();
        if state.instances.iter().any(|(at, instance)| is_meant(at, instance) && instance.script.unremovable) {
            return Err(EngineError::Other("it cannot be removed".into()));
        }
        state.instances.retain(|at, instance| {
            let meant = is_meant(at, instance);
            if meant {
                instance.end(killed());
            }
            !meant
        });
        Ok(())
    }

    async fn list(&self, labels: &Labels) -> Result<Vec<Found>, EngineError> {
        self.answers()?;
        let carries = |launch: &Launch| labels.iter().all(|(name, value)| launch.labels.get(name) == Some(value));
        let state = self.state();
        let found = state.instances.iter().filter(|(_, instance)| carries(&instance.launch));
        Ok(found.map(|(handle, instance)| as_found(handle, instance)).collect())
    }
}

fn as_found(handle: &InstanceHandle, instance: &Instance) -> Found {
    let running = instance.exit.borrow().is_none();
    Found {
        handle: handle.clone(),
        name: instance.launch.name.clone(),
        running,
        labels: instance.launch.labels.clone(),
        elsewhere: instance.script.elsewhere,
    }
}
