//! What serves beside the command: an emulator of our own, or the one that runs already.

use crate::verbs::reaper;
use crate::verbs::up::desired::again;
use control::Home;
use control::client::Client;
use control::state::{ProjectFolder, ProjectState};
use diagnosis::{Diagnosis, local};
use emulator::{Running, Setup};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use model::{Desired, EndpointDocument, Event};

pub struct Served {
    folder: ProjectFolder,
    whose: Whose,
}

enum Whose {
    /// In this process: it ends with it, whatever ends it.
    Own(Running),
    /// It runs on afterwards.
    Lent { client: Client, from_event: u64 },
}

impl Served {
    pub async fn own(home: &Home, desired: &Desired) -> Result<Self, Diagnosis> {
        let engines = emulator::find(home, reaper()).await.engines;
        let key = std::env::var("LOCAL_ENDPOINT_KEY").ok();
        let folder = ProjectFolder::of(home, &desired.project)?;
        let setup = Setup { home: home.clone(), engines, desired: desired.clone(), key, reread: again };
        Ok(Self { folder, whose: Whose::Own(emulator::start(setup).await?) })
    }

    pub async fn lent(home: &Home, state: &ProjectState, desired: &Desired) -> Result<Self, Diagnosis> {
        let client = Client::connect(state).await?;
        let from_event = client.apply(desired).await?.from_event;
        Ok(Self { folder: ProjectFolder::of(home, &desired.project)?, whose: Whose::Lent { client, from_event } })
    }

    pub fn folder(&self) -> &ProjectFolder {
        &self.folder
    }

    pub async fn events(&self) -> Result<BoxStream<'static, Result<Event, Diagnosis>>, Diagnosis> {
        match &self.whose {
            Whose::Own(running) => Ok(running.events(1).map(Ok).boxed()),
            Whose::Lent { client, from_event } => Ok(client.events(*from_event).await?.boxed()),
        }
    }

    /// The control API, and what it serves.
    pub async fn asked(&self) -> Result<(Client, Vec<EndpointDocument>), Diagnosis> {
        let state = self.folder.read()?.ok_or_else(|| Diagnosis::error(local::NOT_RUNNING, ""))?;
        let client = Client::connect(&state).await?;
        let endpoints = client.status().await?.endpoints;
        Ok((client, endpoints))
    }

    /// Takes down what is ours.
    pub async fn end(&self) {
        if let Whose::Own(running) = &self.whose {
            running.shutdown(&[]).await;
        }
    }
}
