//! Making the running state the desired one. The same for the first `up` and for every later one.

use crate::desired::Puts;
use crate::running::Running;
use crate::start::internal;
use crate::traffic::{checked, shares};
use control::state::{BoundPort, ProjectState, TrafficOverride, bind_scoring, claim, preferred_port};
use diagnosis::{Diagnosis, local, plan as rows};
use lifecycle::plan::{self, Decided, Kept};
use lifecycle::{Changed, Delete, EndpointPut};
use model::{
    Deployment, DeploymentKind, DeploymentName, Desired, DesiredEndpoint, EndpointName, EngineChoice, EventKind,
    KeyHash, Keys, Profile, RunOptions,
};
use semantics::auth::key_hash;
use semantics::operation::Operation;
use std::time::Duration;

impl Running {
    /// Puts every endpoint and deployment that differs; whether any did. `followed`: because files have changed, and
    /// nobody asked.
    pub(crate) async fn put(&self, mut desired: Desired, followed: Option<Changed>) -> Result<bool, Diagnosis> {
        let mut state = self.applying.lock().await;
        if *self.ended.borrow() {
            return Err(Diagnosis::error(local::BUSY, "the emulator of this project is ending"));
        }
        // What is followed for a debugger is not when that has gone.
        let follows = |before: &Desired| before.options.watches() && !before.options.debug;
        let before = self.desired.borrow().clone();
        let watches = before.each.iter().any(follows);
        desired.options.watch.get_or_insert(watches);
        desired.endpoints.retain(|it| followed.is_none() || !before.down.contains(&it.endpoint.name));
        for wanted in &desired.endpoints {
            self.decide(wanted, &desired.options, &state)?;
        }
        if followed.is_none() {
            self.permits(&desired)?;
        }
        let before = followed.is_some().then_some(&before);
        // What is refused leaves no trace.
        let mut next = state.clone();
        let bound = self.bind(&desired, &mut next)?;
        let debugged = self.bind_debug(&desired, &mut next)?;
        record_traffic(&desired, &mut next);
        next.containers |= desired.options.engine != EngineChoice::Process && self.has_container_engine();
        claim(&self.home, &self.folder, &next)?;
        *state = next;
        self.doors.traffic_log.switch(!desired.options.no_traffic_log);
        for (endpoint, bound) in bound {
            self.say_moved(&endpoint, &bound);
            self.doors
                .open(&endpoint, bound.listener, bound.port, desired.options.seed)
                .map_err(|error| internal(&error))?;
        }
        self.open_debug(debugged)?;
        let mut changed = self.beside.put(&desired);
        for wanted in &desired.endpoints {
            // What says the same as before leaves the traffic that was set since.
            if !before
                .and_then(|before| before.before(&desired, &wanted.endpoint.name))
                .is_some_and(|it| same(it, wanted))
            {
                let (differs, note) = self.put_endpoint(wanted, &desired.options, &state)?;
                // Who follows files has read it, unless it comes of the change.
                note.into_iter().filter(|_| differs || followed.is_none()).for_each(|note| self.say(note));
                changed |= differs;
            }
            for deployment in &wanted.deployments {
                changed |= self.put_deployment(deployment, &desired.options, followed.as_ref()).await;
            }
        }
        // What they run is answered first, while the others start.
        for wanted in &desired.endpoints {
            changed |= self.remove_absent(wanted, &desired, before).await;
        }
        if changed || followed.is_none() {
            self.settle(&desired);
        }
        self.desired.send_modify(|puts| match followed {
            Some(_) => puts.follow(desired),
            None => puts.ask(desired),
        });
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

    /// Whether it is served otherwise than before; and what is to be said of its traffic.
    fn put_endpoint(
        &self,
        wanted: &DesiredEndpoint,
        options: &RunOptions,
        state: &ProjectState,
    ) -> Result<(bool, Option<Diagnosis>), Diagnosis> {
        let decided = self.decide(wanted, options, state)?;
        let changed = self.lifecycle.put_endpoint(EndpointPut {
            desired: wanted.endpoint.clone(),
            profile: profile(wanted, options),
            auth: self.auth(&wanted.endpoint.name, wanted.endpoint.auth_mode)?,
            rate_limits: options.rate_limits,
            traffic: decided.traffic,
            mirror: decided.mirror,
        });
        Ok((changed, decided.note))
    }

    /// Traffic and mirror from now on.
    ///
    /// # Errors
    /// `MirrorTrafficRefused`: a flag, or what was set, does not go with the file's mirror.
    fn decide(
        &self,
        wanted: &DesiredEndpoint,
        options: &RunOptions,
        state: &ProjectState,
    ) -> Result<Decided, Diagnosis> {
        let kept = self.kept_traffic(wanted, options, state);
        let decided = plan::decide(wanted, options.traffic.as_ref(), kept.as_ref());
        checked(profile(wanted, options), &decided.traffic, &shares(decided.mirror.as_ref()))?;
        Ok(decided)
    }

    /// What the `traffic` verb set holds while the file says what it said then; a deployment that is put beside
    /// others changes nothing.
    fn kept_traffic(&self, wanted: &DesiredEndpoint, options: &RunOptions, state: &ProjectState) -> Option<Kept> {
        let name = &wanted.endpoint.name;
        let set = state.traffic_overrides.get(name).filter(|set| set.holds(&wanted.endpoint));
        let running = || self.lifecycle.traffic(name).filter(|_| options.additive);
        set.map(|set| (set.traffic.clone(), set.mirror.clone())).or_else(running)
    }

    /// `beside`: what else is wanted, where this is one of several.
    async fn remove_absent(&self, wanted: &DesiredEndpoint, desired: &Desired, beside: Option<&Puts>) -> bool {
        let name = &wanted.endpoint.name;
        let mut absent = self.absent(name, &wanted.deployments, &desired.options);
        absent.retain(|absent| !beside.is_some_and(|beside| beside.wants_beside(desired, name, absent)));
        for absent in &absent {
            self.heal(name, Some(absent), "the deployment is deleted").await;
            self.lifecycle.delete_deployment(name, absent, Delete::Drained).await;
            self.debug_ports.close(name, absent);
        }
        !absent.is_empty()
    }

    /// Whether it was put: what runs as it is wanted stays.
    async fn put_deployment(&self, deployment: &Deployment, options: &RunOptions, followed: Option<&Changed>) -> bool {
        let signature = plan::signature(deployment, options);
        let running = self.lifecycle.signature(&deployment.endpoint, &deployment.name);
        if running.is_some_and(|running| running == signature.whole) {
            return false;
        }
        self.heal(&deployment.endpoint, Some(&deployment.name), "the deployment changes").await;
        if !plan::is_debugged(deployment, options) {
            self.debug_ports.close(&deployment.endpoint, &deployment.name);
        }
        if followed.is_none() {
            self.say_debugged(deployment, options);
            self.say_collected(deployment);
        }
        self.lifecycle.put_deployment(deployment.clone(), signature, options.clone(), followed.cloned());
        true
    }

    /// An operation on one of these is.
    pub(crate) fn is_under_way(&self, desired: &Desired) -> bool {
        let mut deployments = desired.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
        deployments.any(|it| {
            self.lifecycle.operation(&it.endpoint, &it.name).is_some_and(|operation| operation.borrow().is_none())
        })
    }

    /// The environment of one of these is being made, and what has changed is nothing that it is made of.
    pub(crate) fn prepares(&self, desired: &Desired) -> bool {
        let deployments = desired.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
        deployments
            .map(|it| (it, plan::signature(it, &desired.options)))
            .any(|(deployment, signature)| self.lifecycle.prepares(&deployment.endpoint, &deployment.name, &signature))
    }

    /// Nothing is begun when one operation meets another that it may not override.
    fn permits(&self, desired: &Desired) -> Result<(), Diagnosis> {
        for DesiredEndpoint { endpoint, deployments } in &desired.endpoints {
            for deployment in deployments {
                let signature = plan::signature(deployment, &desired.options);
                self.lifecycle.permits(&endpoint.name, &deployment.name, Operation::Put, Some(&signature))?;
            }
            for absent in self.absent(&endpoint.name, deployments, &desired.options) {
                self.lifecycle.permits(&endpoint.name, &absent, Operation::Delete, None)?;
            }
        }
        Ok(())
    }

    fn absent(&self, endpoint: &EndpointName, wanted: &[Deployment], options: &RunOptions) -> Vec<DeploymentName> {
        let mut known = self.lifecycle.deployments(endpoint);
        known.retain(|name| !options.additive && !wanted.iter().any(|deployment| deployment.name == *name));
        known
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
        self.heal(endpoint, None, "the endpoint is taken down").await;
        let abandoned = self.doors.close(endpoint).await;
        self.lifecycle.delete_endpoint(endpoint, grace(abandoned)).await;
        self.debug_ports.close_all(endpoint);
    }
}

/// Long only while the server still works on requests: its own drain takes 30 s at most.
fn grace(busy: bool) -> Duration {
    if busy { lifecycle::LONG_GRACE } else { lifecycle::DEFAULT_GRACE }
}

/// Whoever is to have traffic, and how.
fn same(before: &DesiredEndpoint, wanted: &DesiredEndpoint) -> bool {
    let names = |endpoint: &DesiredEndpoint| endpoint.deployments.iter().map(|it| it.name.clone()).collect::<Vec<_>>();
    before.endpoint == wanted.endpoint && names(before) == names(wanted)
}

/// Traffic that a flag set lasts as long as what the `traffic` verb sets.
fn record_traffic(desired: &Desired, state: &mut ProjectState) {
    let Some(traffic) = &desired.options.traffic else { return };
    for wanted in &desired.endpoints {
        let mirror = wanted.endpoint.mirror.clone();
        let set = TrafficOverride::over(&wanted.endpoint, traffic.clone(), mirror);
        state.traffic_overrides.insert(wanted.endpoint.name.clone(), set);
    }
}

fn profile(wanted: &DesiredEndpoint, options: &RunOptions) -> Profile {
    let by_kind = || match wanted.endpoint.kind {
        DeploymentKind::Managed => Profile::Managed,
        DeploymentKind::Kubernetes => Profile::Kubernetes,
    };
    options.front_door.unwrap_or_else(by_kind)
}

pub(crate) fn hashes(keys: &Keys) -> Vec<KeyHash> {
    vec![key_hash(&keys.primary_key), key_hash(&keys.secondary_key)]
}
