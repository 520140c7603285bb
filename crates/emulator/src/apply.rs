//! Making the running state the desired one. The same for the first `up` and for every later one.

use crate::running::Running;
use crate::start::internal;
use control::state::{BoundPort, ProjectState, TrafficOverride, bind_scoring, claim, preferred_port};
use diagnosis::{Diagnosis, local, plan as rows};
use lifecycle::plan;
use model::{Deployment, Desired, DesiredEndpoint, EndpointName, EventKind, KeyHash, Keys, RunOptions, Traffic};
use semantics::auth::key_hash;
use std::time::Duration;

impl Running {
    /// Puts every endpoint and deployment that differs; whether any did.
    pub(crate) async fn put(&self, desired: Desired) -> Result<bool, Diagnosis> {
        let mut state = self.applying.lock().await;
        if *self.ended.borrow() {
            return Err(Diagnosis::error(local::BUSY, "the emulator of this project is ending"));
        }
        let bound = self.bind(&desired, &mut state)?;
        record_traffic(&desired, &mut state);
        claim(&self.home, &self.folder, &state)?;
        for (endpoint, bound) in bound {
            self.say_moved(&endpoint, &bound);
            self.doors.open(&endpoint, bound.listener, bound.port).map_err(|error| internal(&error))?;
        }
        let mut changed = false;
        for wanted in &desired.endpoints {
            changed |= self.put_endpoint(wanted, &desired.options, &state)?;
            changed |= self.remove_absent(wanted, &desired.options).await;
            for deployment in &wanted.deployments {
                changed |= self.put_deployment(deployment, &desired.options);
            }
        }
        self.settle(&desired);
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
    ) -> Result<bool, Diagnosis> {
        let name = &wanted.endpoint.name;
        let keys = self.folder.keys(name, self.key.as_deref())?;
        let kept = self.kept_traffic(wanted, options, state);
        let decided = plan::decide(wanted, options.traffic.as_ref(), kept.as_ref());
        let changed = self.lifecycle.traffic(name).as_ref() != Some(&decided.traffic);
        self.lifecycle.put_endpoint(wanted, hashes(&keys), decided.traffic);
        plan::not_yet(wanted).into_iter().chain(decided.note).for_each(|note| self.say(note));
        Ok(changed)
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

    /// Whether it was put: what runs as it is wanted stays.
    fn put_deployment(&self, deployment: &Deployment, options: &RunOptions) -> bool {
        let signature = plan::signature(deployment, options);
        match self.lifecycle.signature(&deployment.endpoint, &deployment.name) {
            Some(running) if running == signature => return false,
            Some(_) => {
                let message = format!("{}: has changed and is restarted; requests meanwhile get 424", deployment.name);
                self.say(Diagnosis::note(rows::DEPLOYMENT_RESTARTS, message));
            }
            None => {}
        }
        let grace = grace(self.doors.busy(&deployment.endpoint, Some(&deployment.name)));
        self.lifecycle.put_deployment(deployment.clone(), signature, options.clone(), grace);
        true
    }

    /// Says `Settled` when the last operation on what is wanted has ended, earlier ones among them.
    fn settle(&self, desired: &Desired) {
        let wanted = desired.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
        let operations = wanted.filter_map(|wanted| self.lifecycle.operation(&wanted.endpoint, &wanted.name));
        let (mut operations, running) = (operations.collect::<Vec<_>>(), self.clone());
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

    /// Drains the door, then stops the instances.
    pub(crate) async fn remove_endpoint(&self, endpoint: &EndpointName) {
        let abandoned = self.doors.close(endpoint).await;
        self.lifecycle.delete_endpoint(endpoint, grace(abandoned)).await;
    }
}

/// Long only while the server still works on requests: its own drain takes 30 s at most.
fn grace(busy: bool) -> Duration {
    if busy { Duration::from_secs(35) } else { lifecycle::DEFAULT_GRACE }
}

/// Traffic that a flag set lasts as long as what the `traffic` verb sets.
fn record_traffic(desired: &Desired, state: &mut ProjectState) {
    let Some(traffic) = &desired.options.traffic else { return };
    for wanted in &desired.endpoints {
        let (file, mirror) = (wanted.endpoint.traffic.clone(), None);
        let set = TrafficOverride { file, traffic: traffic.clone(), mirror };
        state.traffic_overrides.insert(wanted.endpoint.name.clone(), set);
    }
}

pub(crate) fn hashes(keys: &Keys) -> Vec<KeyHash> {
    vec![key_hash(&keys.primary_key), key_hash(&keys.secondary_key)]
}
