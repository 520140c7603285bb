//! A lifecycle on two scripted engines, and what a test waits for.

use crate::port::Port;
use diagnosis::{Diagnosis, Style, print};
use engine::scripted::{Script, ScriptedEngine};
use engine::{Engine, Exit, InstanceHandle, Labels};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use lifecycle::plan::signature;
use lifecycle::{EndpointPut, Engines, Folders, Lifecycle, Operation, Project};
use model::{
    Auth, AuthMode, Deployment, DeploymentDocument, DeploymentKind, Endpoint, EndpointName, Event, EventKind,
    InstanceState, Profile, RateLimits, RunOptions, ServedDeployment, Traffic,
};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// An end for what never comes: it fails the test rather than the build's patience.
pub async fn soon<F: Future>(wanted: F) -> F::Output {
    tokio::time::timeout(Duration::from_secs(20), wanted).await.expect("it happens soon")
}

/// An instance that answers here and stops when it is asked to.
pub fn serving(port: &Port) -> Script {
    Script { address: Some(port.address), stops: Some(0), ..Script::default() }
}

pub struct Stage {
    pub folder: TempDir,
    pub docker: ScriptedEngine,
    pub process: ScriptedEngine,
    pub lifecycle: Lifecycle,
    events: BoxStream<'static, Event>,
}

fn put() -> EndpointPut {
    EndpointPut {
        desired: endpoint(),
        profile: Profile::Managed,
        auth: Auth::Keys(vec![]),
        rate_limits: RateLimits::Off,
        traffic: Traffic::new(),
        mirror: None,
    }
}

impl Stage {
    pub fn new(scripts: impl IntoIterator<Item = Script>) -> Self {
        let docker = ScriptedEngine::new(scripts);
        Self::open(docker.clone(), Ok(Arc::new(docker)))
    }

    /// Another emulator on the engine of one that was killed.
    pub fn on(docker: ScriptedEngine) -> Self {
        Self::open(docker.clone(), Ok(Arc::new(docker)))
    }

    pub fn engines(&self) -> &Engines {
        &self.lifecycle.context().engines
    }

    pub fn without_docker() -> Self {
        Self::open(ScriptedEngine::default(), Err("no socket".into()))
    }

    fn open(docker: ScriptedEngine, found: Result<Arc<dyn Engine>, String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (process, below) = (ScriptedEngine::default(), |name: &str| folder.path().join(name));
        let engines = Engines { docker: found, process: Arc::new(process.clone()) };
        let folders = Folders { run: below("run"), cache: below("cache"), failed_logs: below("logs") };
        let lifecycle = Lifecycle::new(project(folder.path()), engines, folders);
        lifecycle.put_endpoint(put());
        let events = lifecycle.events().from(1);
        Self { folder, docker, process, lifecycle, events }
    }

    pub fn put(&self, deployment: &Deployment, options: RunOptions) -> Operation {
        let signature = signature(deployment, &options);
        self.lifecycle.put_deployment(deployment.clone(), signature, options, None)
    }

    /// Puts it and waits for the end of the operation.
    pub async fn up(&self, deployment: &Deployment) -> Result<(), Diagnosis> {
        ended(self.put(deployment, RunOptions::default())).await
    }

    /// The next event of this kind.
    pub async fn event<T>(&mut self, wanted: impl Fn(EventKind) -> Option<T>) -> T {
        loop {
            let event = soon(self.events.next()).await.unwrap();
            if let Some(found) = wanted(event.kind) {
                return found;
            }
        }
    }

    pub async fn state(&mut self, wanted: InstanceState) {
        let of = |kind| matches!(kind, EventKind::InstanceChanged { state, .. } if state == wanted).then_some(());
        self.event(of).await;
    }

    pub async fn said(&mut self) -> Diagnosis {
        let of = |kind| if let EventKind::Said { diagnosis } = kind { Some(diagnosis) } else { None };
        self.event(of).await
    }

    /// Everything that was said so far.
    pub async fn all_said(&mut self) -> Vec<Diagnosis> {
        self.lifecycle.events().say(EventKind::Settled);
        let mut said = vec![];
        while let Some(event) = soon(self.events.next()).await.filter(|event| event.kind != EventKind::Settled) {
            if let EventKind::Said { diagnosis } = event.kind {
                said.push(diagnosis);
            }
        }
        said
    }

    /// `blue` in the fleet, once it is as wanted.
    pub async fn served(&self, wanted: impl Fn(&ServedDeployment) -> bool) -> ServedDeployment {
        let mut fleet = self.lifecycle.fleet();
        let blue = |fleet: &model::Fleet| {
            let deployments = &fleet.endpoints[&EndpointName::new("credit")].deployments;
            deployments.iter().find(|(name, _)| name.as_str() == "blue").map(|(_, served)| served.as_ref().clone())
        };
        let found = soon(fleet.wait_for(|fleet| blue(fleet).is_some_and(|served| wanted(&served)))).await.unwrap();
        blue(&found).unwrap()
    }

    pub async fn ready(&self) -> ServedDeployment {
        self.served(|served| served.instances.iter().any(|instance| instance.ready)).await
    }

    pub fn document(&self) -> DeploymentDocument {
        let documents = self.lifecycle.documents(&[(EndpointName::new("credit"), 1)].into());
        documents[0].deployments[0].clone()
    }

    /// What runs on the container engine.
    pub async fn running(&self) -> Vec<InstanceHandle> {
        let found = self.docker.list(&Labels::new()).await.unwrap();
        found.into_iter().map(|found| found.handle).collect()
    }

    /// Resolves once only so many run, and are known.
    pub async fn gone(&self, left: usize) {
        self.removed(left).await;
        self.until(async || self.document().instances.len() == left).await;
    }

    /// Resolves once only so many run.
    pub async fn removed(&self, left: usize) {
        self.until(async || self.running().await.len() == left).await;
    }

    async fn until(&self, done: impl AsyncFn() -> bool) {
        let mut events = self.lifecycle.events().from(1);
        soon(async {
            while !done().await {
                // No event tells of the very end: whatever else happens, and a moment, do.
                let _ = tokio::time::timeout(Duration::from_millis(5), events.next()).await;
            }
        })
        .await;
    }

    /// The one that runs ends by itself.
    pub async fn crash(&self, code: i64) {
        let exit = Exit { code, out_of_memory: false, error: String::new() };
        self.docker.end(&self.running().await[0], exit);
    }
}

pub async fn ended(mut operation: Operation) -> Result<(), Diagnosis> {
    soon(operation.wait_for(Option::is_some)).await.unwrap().clone().unwrap()
}

fn project(path: &Path) -> Project {
    let (id, emulator, host) = ("0123456789abcdef".into(), "1".into(), "here".into());
    Project { path: path.to_owned(), id, emulator, host, state: path.join("state") }
}

fn endpoint() -> Endpoint {
    Endpoint {
        name: EndpointName::new("credit"),
        kind: DeploymentKind::Managed,
        auth_mode: AuthMode::Key,
        traffic: None,
        mirror: None,
        identity: None,
        kept: Default::default(),
        file: None,
    }
}

fn fixtures() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

/// The server's own words of a start, as they were seen.
pub fn log(name: &str) -> Vec<String> {
    let path = fixtures().join("semantics/startup").join(name);
    std::fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

/// The whole printed diagnosis, against the file of this name; `BLESS=1` writes it.
pub fn printed(name: &str, diagnoses: &[Diagnosis]) {
    let path = fixtures().join("lifecycle/start").join(name);
    let found: Vec<_> = diagnoses.iter().map(|diagnosis| print(diagnosis, Style::Plain)).collect();
    let found = found.join("\n");
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert!(expected == found, "{name} (BLESS=1 accepts)\n---- expected\n{expected}---- found\n{found}");
}
