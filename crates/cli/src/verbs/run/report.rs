//! What happened while the command ran: told on stderr when it failed.

use crate::console::Console;
use crate::events::{Logs, show};
use crate::exit::Code;
use crate::verbs::logs::tail::Tail;
use crate::verbs::logs::traffic::human;
use control::client::Client;
use control::state::ProjectFolder;
use control::{LogContainer, LogQuery};
use diagnosis::Diagnosis;
use futures_util::StreamExt;
use model::traffic_log::TrafficLine;
use model::{Event, MetersDocument};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::time::Duration;

/// So many lines of a log are shown.
const LINES: usize = 20;

/// The writer of the traffic log is at most 200 ms behind, and tells nobody where it is.
const WRITTEN: Duration = Duration::from_millis(300);

/// How things stood before the command.
pub struct Before {
    traffic: Tail,
    meters: MetersDocument,
}

impl Before {
    pub async fn now(folder: &ProjectFolder, client: &Client) -> Result<Self, Diagnosis> {
        let mut traffic = Tail::new(folder.traffic_log_file());
        // What others asked before is not the command's.
        drop(traffic.fresh());
        Ok(Self { traffic, meters: client.meters().await? })
    }

    pub async fn after(self, client: &Client, command: &[OsString]) -> Result<After, Diagnosis> {
        let command = command.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
        Ok(After { command, traffic: self.traffic, before: self.meters, now: client.meters().await? })
    }
}

pub struct After {
    pub command: String,
    traffic: Tail,
    pub before: MetersDocument,
    pub now: MetersDocument,
}

impl After {
    /// What happened and the containers' last lines at once; the requests once they are written.
    pub async fn failed(
        self,
        client: &Client,
        (code, met): (Code, VecDeque<Event>),
        console: &Console,
    ) -> Result<Failed, Diagnosis> {
        console.note(&format!("\n{} ended with {}", self.command, code.0));
        for event in met {
            let _ = show(event, Logs::Hidden, console);
        }
        let query = LogQuery {
            endpoint: None,
            deployment: None,
            lines: Some(LINES),
            follow: false,
            traffic: false,
            as_azure: false,
            container: LogContainer::InferenceServer,
        };
        let mut lines = client.logs(&query).await?;
        console.note("the end of the containers' logs:");
        while let Some(line) = lines.next().await {
            console.note(&format!("      | {}", line?));
        }
        tokio::time::sleep(WRITTEN).await;
        Ok(Failed { traffic: self.traffic })
    }
}

pub struct Failed {
    traffic: Tail,
}

impl Failed {
    pub fn requests(mut self, console: &Console) {
        let lines = self.traffic.fresh();
        let asked: Vec<TrafficLine> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
        if asked.is_empty() {
            return console.note("the command sent no request to the endpoint");
        }
        let shown = &asked[asked.len().saturating_sub(LINES)..];
        console.note(&format!("its requests, the last {} of {}:", shown.len(), asked.len()));
        shown.iter().for_each(|line| console.note(&format!("  {}", human(line))));
    }
}
