//! Making the running state the desired one. The same for the first `up` and for every later one.

use crate::running::Running;
use crate::start::internal;
use control::state::{BoundPort, ProjectState, bind_scoring, claim, preferred_port};
use diagnosis::{Diagnosis, plan as rows};
use lifecycle::{Operation, plan};
use model::{Deployment, Desired, DesiredEndpoint, EndpointName, EventKind, KeyHash, Keys, RunOptions, Traffic};
use semantics::auth::key_hash;
use std::time::Duration;

impl Running {
    /// Puts every endpoint and deployment that differs; whether any did.
    pub(crate) async fn put(&self, desired: Desired) -> Result<bool, Diagnosis> {
        let mut state = self.applying.lock().await;
        let bound = self.bind(&desired, &mut state)?;
        claim(&self.home, &self.folder, &state)?;
        for (endpoint, bound) in bound {
            self.say_moved(&endpoint, &bound);
            self.doors.open(&endpoint, bound.listener, bound.port).map_err(|error| internal(&error))?;
        }
        let mut operations = vec![];
        let mut removed = false;
        for wanted in &desired.endpoints {
            self.put_endpoint(wanted, &desired.options, &state)?;
            removed |= self.remove_absent(wanted, &desired.options).await;
            operations.extend(self.put_deployments(wanted, &desired.options));
        }
        let changed = removed || !operations.is_empty();
        self.settle(operations);
        Ok(changed)
    }

    /// Ports first: an endpoint whose port cannot be had starts nothing.
    fn bind(&self, desired: &Desired, state: &mut ProjectState) -> Result<Vec<(EndpointName, BoundPort)>, Diagnosis> {
        let open = self.doors.ports();
        let mut bound = vec![];
        for wanted in &desired.endpoints {
            let name = &wanted.endpoint.name;
            if open.contains_key(name) {
                continue;
            }
            let preferred = preferred_port(&self.project, name);
            let recorded = state.scoring_ports.get(name).copied();
            let port = bind_scoring(&self.home, desired.options.port, recorded, preferred)?;
            state.scoring_ports.insert(name.clone(), port.port);
            if !state.endpoints.contains(name) {
                state.endpoints.push(name.clone());
            }
            bound.push((name.clone(), port));
        }
        Ok(bound)
    }

    fn say_moved(&self, endpoint: &EndpointName, bound: &BoundPort) {
        if let Some(taken) = bound.moved_from {
            let message =
                format!("{endpoint}: port {taken} is taken by somebody else, so it is {} from now on", bound.port);
            self.say(Diagnosis::note(rows::PORT_MOVED, message));
        }
    }

    fn put_endpoint(
        &self,
        wanted: &DesiredEndpoint,
        options: &RunOptions,
        state: &ProjectState,
    ) -> Result<(), Diagnosis> {
        let name = &wanted.endpoint.name;
        let keys = self.folder.keys(name, self.key.as_deref())?;
        let kept = self.kept_traffic(wanted, options, state);
        let decided = plan::decide(wanted, options.traffic.as_ref(), kept.as_ref());
        self.lifecycle.put_endpoint(wanted, hashes(&keys), decided.traffic);
        plan::not_yet(wanted).into_iter().chain(decided.note).for_each(|note| self.say(note));
        Ok(())
    }

    /// What the `traffic` verb set holds while the file says what it said then; a deployment that is put beside
    /// others changes nothing.
    fn kept_traffic(&self, wanted: &DesiredEndpoint, options: &RunOptions, state: &ProjectState) -> Option<Traffic> {
        let name = &wanted.endpoint.name;
        let set = state.traffic_overrides.get(name).filter(|set| set.file == wanted.endpoint.traffic);
        let running = || self.lifecycle.traffic(name).filter(|_| options.additive);
        set.map(|set| set.traffic.clone()).or_else(running)
    }

    async fn remove_absent(&self, wanted: &DesiredEndpoint, options: &RunOptions) -> bool {
        if options.additive {
            return false;
        }
        let name = &wanted.endpoint.name;
        let wanted: Vec<_> = wanted.deployments.iter().map(|deployment| &deployment.name).collect();
        let mut removed = false;
        for absent in self.lifecycle.deployments(name).iter().filter(|known| !wanted.contains(known)) {
            self.lifecycle.delete_deployment(name, absent, lifecycle::DEFAULT_GRACE).await;
            removed = true;
        }
        removed
    }

    fn put_deployments(&self, wanted: &DesiredEndpoint, options: &RunOptions) -> Vec<Operation> {
        wanted.deployments.iter().filter_map(|deployment| self.put_deployment(deployment, options)).collect()
    }

    fn put_deployment(&self, deployment: &Deployment, options: &RunOptions) -> Option<Operation> {
        let signature = plan::signature(deployment, options);
        match self.lifecycle.signature(&deployment.endpoint, &deployment.name) {
            Some(running) if running == signature => return None,
            Some(_) => {
                let message = format!("{}: has changed and is restarted; requests meanwhile get 424", deployment.name);
                self.say(Diagnosis::note(rows::DEPLOYMENT_RESTARTS, message));
            }
            None => {}
        }
        Some(self.lifecycle.put_deployment(deployment.clone(), signature, options.clone()))
    }

    /// Says `Settled` when the last operation has ended.
    fn settle(&self, mut operations: Vec<Operation>) {
        let running = self.clone();
        tokio::spawn(async move {
            for operation in &mut operations {
                let _ = operation.wait_for(Option::is_some).await;
            }
            running.lifecycle.events().say(EventKind::Settled);
        });
    }

    pub(crate) fn say(&self, diagnosis: Diagnosis) {
        self.lifecycle.events().say(EventKind::Said { diagnosis });
    }

    /// Drains the doors, then stops the instances; the grace is long only while abandoned requests still run.
    pub(crate) async fn remove_endpoint(&self, endpoint: &EndpointName) {
        self.doors.close(endpoint).await;
        let grace = match self.doors.abandoned(endpoint) {
            0 => lifecycle::DEFAULT_GRACE,
            _ => Duration::from_secs(35),
        };
        self.lifecycle.delete_endpoint(endpoint, grace).await;
    }
}

pub(crate) fn hashes(keys: &Keys) -> Vec<KeyHash> {
    vec![key_hash(&keys.primary_key), key_hash(&keys.secondary_key)]
}
