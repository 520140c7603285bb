//! What the control API answers with.

use crate::running::Running;
use async_trait::async_trait;
use control::{About, Applied, Emulator, KeyName, LogContainer, LogQuery, TokenQuery, TrafficChange, TrafficSet};
use diagnosis::{Diagnosis, local};
use futures_util::stream::{BoxStream, StreamExt, iter};
use model::{
    Credentials, DeploymentName, Desired, EmulatorDocument, EndpointName, Event, EventKind, FaultDocument, FaultWanted,
    FaultsDocument, InstanceMemory, Keys, MetersDocument, SCHEMA_VERSION,
};

#[async_trait]
impl Emulator for Running {
    fn about(&self) -> About {
        About::this(self.project.clone())
    }

    async fn status(&self) -> EmulatorDocument {
        self.document()
    }

    async fn apply(&self, desired: Desired) -> Result<Applied, Diagnosis> {
        let from_event = self.lifecycle.events().last() + 1;
        let changed = self.put(desired, None).await?;
        Ok(Applied { changed, from_event })
    }

    fn events(&self, from: u64) -> BoxStream<'static, Event> {
        Running::events(self, from)
    }

    async fn logs(&self, query: LogQuery) -> Result<BoxStream<'static, String>, Diagnosis> {
        let endpoint = query.endpoint.as_deref().map(|name| self.endpoint(name)).transpose()?;
        let deployment = query.deployment.as_deref().map(DeploymentName::new);
        if let Some(lines) = self.told_once(&query, endpoint.as_ref(), deployment.as_ref()) {
            return Ok(iter(lines?).boxed());
        }
        let logs = self.lifecycle.logs(endpoint.as_ref(), deployment.as_ref())?;
        let next = self.lifecycle.events().last() + 1;
        let kept: Vec<String> =
            logs.into_iter().flat_map(|(prefix, lines)| prefixed(&prefix, lines, query.lines)).collect();
        if !query.follow {
            return Ok(iter(kept).boxed());
        }
        let fresh = Running::events(self, next).filter_map(move |event| {
            let line = followed(event, endpoint.as_ref(), deployment.as_ref());
            async move { line }
        });
        Ok(iter(kept).chain(fresh).boxed())
    }

    async fn meters(&self) -> MetersDocument {
        self.doors.meters()
    }

    async fn memory(&self) -> Vec<InstanceMemory> {
        self.lifecycle.memory().await
    }

    async fn explain(&self, request_id: &str) -> Option<Diagnosis> {
        self.requests.explanation(request_id).await
    }

    async fn credentials(&self, endpoint: &str, wanted: TokenQuery) -> Result<Credentials, Diagnosis> {
        self.show_credentials(&self.endpoint(endpoint)?, &wanted).await
    }

    async fn regenerate(&self, endpoint: &str, which: KeyName) -> Result<Keys, Diagnosis> {
        self.new_key(&self.endpoint(endpoint)?, which).await
    }

    async fn set_traffic(&self, endpoint: &str, change: TrafficChange) -> Result<TrafficSet, Diagnosis> {
        self.change_traffic(&self.endpoint(endpoint)?, change).await
    }

    async fn faults(&self, endpoint: &str) -> Result<FaultsDocument, Diagnosis> {
        let endpoint = self.endpoint(endpoint)?;
        Ok(faults(&endpoint, self.chaos.documents(&endpoint)))
    }

    async fn begin_fault(&self, endpoint: &str, wanted: FaultWanted) -> Result<FaultsDocument, Diagnosis> {
        let endpoint = self.endpoint(endpoint)?;
        let begun = Running::begin_fault(self, &endpoint, &wanted).await?;
        Ok(faults(&endpoint, vec![begun]))
    }

    async fn end_faults(&self, endpoint: &str, ids: Vec<String>) -> Result<FaultsDocument, Diagnosis> {
        let endpoint = self.endpoint(endpoint)?;
        let ended = Running::end_faults(self, &endpoint, &ids).await?;
        Ok(faults(&endpoint, ended))
    }

    async fn shutdown(&self, endpoints: Vec<String>) {
        let endpoints: Vec<EndpointName> = endpoints.iter().map(|name| EndpointName::new(name)).collect();
        Running::shutdown(self, &endpoints).await;
    }
}

impl Running {
    /// What is of one deployment and does not go on.
    fn told_once(
        &self,
        query: &LogQuery,
        endpoint: Option<&EndpointName>,
        deployment: Option<&DeploymentName>,
    ) -> Option<Result<Vec<String>, Diagnosis>> {
        let endpoint = endpoint?;
        match query.container {
            LogContainer::StorageInitializer => Some(self.lifecycle.storage(endpoint, deployment)),
            LogContainer::InferenceServer => query
                .as_azure
                .then(|| self.lifecycle.logs_as_azure(endpoint, deployment, query.lines.unwrap_or(usize::MAX))),
        }
    }

    fn endpoint(&self, name: &str) -> Result<EndpointName, Diagnosis> {
        let name = EndpointName::new(name);
        if self.doors.ports().contains_key(&name) {
            return Ok(name);
        }
        Err(Diagnosis::error(
            local::ENDPOINT_NOT_FOUND,
            format!("there is no endpoint {name} in {}", self.project.display()),
        ))
    }
}

fn faults(endpoint: &EndpointName, faults: Vec<FaultDocument>) -> FaultsDocument {
    FaultsDocument { schema_version: SCHEMA_VERSION, endpoint: endpoint.to_string(), faults }
}

fn prefixed(prefix: &str, lines: Vec<String>, last: Option<usize>) -> Vec<String> {
    let from = lines.len().saturating_sub(last.unwrap_or(usize::MAX));
    lines[from..].iter().map(|line| format!("{prefix} | {line}")).collect()
}

fn followed(event: Event, endpoint: Option<&EndpointName>, deployment: Option<&DeploymentName>) -> Option<String> {
    let EventKind::Log { instance, line } = event.kind else { return None };
    let wanted = endpoint.is_none_or(|name| *name == instance.endpoint)
        && deployment.is_none_or(|name| *name == instance.deployment);
    wanted.then(|| format!("{instance} | {line}"))
}
