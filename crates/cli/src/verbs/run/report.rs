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
use model::{DeploymentMeters, EndpointMeters, EndpointName, Event, MetersDocument};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::time::Duration;

/// So many lines of a log are shown.
const LINES: usize = 20;

/// The writer of the traffic log is most often less than this behind, and tells nobody where it is.
const WRITTEN: Duration = Duration::from_millis(300);
/// On a busy machine it may take longer to have a line for each request.
const AT_LAST: Duration = Duration::from_secs(2);

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
        let asked = self.asked();
        Ok(Failed { lines: written(self.traffic, asked).await })
    }

    /// How many requests were answered meanwhile.
    fn asked(&self) -> u64 {
        let since = |(name, now): (&EndpointName, &EndpointMeters)| {
            let before = self.before.endpoints.get(name).map(|before| before.meters.clone()).unwrap_or_default();
            let asked = now.meters.since(&before);
            let routed: u64 = asked.deployments.values().map(DeploymentMeters::ended).sum();
            routed + asked.unrouted.iter().map(|answers| answers.count).sum::<u64>()
        };
        self.now.endpoints.iter().map(since).sum()
    }
}

async fn written(mut traffic: Tail, asked: u64) -> Vec<String> {
    tokio::time::sleep(WRITTEN).await;
    let mut lines = traffic.fresh();
    let all = async {
        while (lines.len() as u64) < asked {
            tokio::time::sleep(WRITTEN).await;
            lines.extend(traffic.fresh());
        }
    };
    let _ = tokio::time::timeout(AT_LAST, all).await;
    lines
}

pub struct Failed {
    lines: Vec<String>,
}

impl Failed {
    pub fn requests(self, console: &Console) {
        let asked: Vec<TrafficLine> = self.lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
        if asked.is_empty() {
            return console.note("the command sent no request to the endpoint");
        }
        let shown = &asked[asked.len().saturating_sub(LINES)..];
        console.note(&format!("its requests, the last {} of {}:", shown.len(), asked.len()));
        shown.iter().for_each(|line| console.note(&format!("  {}", human(line))));
    }
}
