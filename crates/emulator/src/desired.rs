//! All that is wanted of a project: what `up` put last, and what was put beside it (`-f FILE`), each with its own files
//! and options.

use model::{Deployment, DeploymentName, Desired, DesiredEndpoint, EndpointName, LoadRequest};
use std::collections::BTreeSet;

/// One for every command that still says something.
#[derive(Debug, Clone, Default)]
pub struct Puts {
    /// How often somebody asked for something; whoever follows files does not.
    pub asked: u64,
    /// In their order. No deployment is in two: the last one who named it has it.
    pub each: Vec<Desired>,
    /// Taken down since: no change of a file brings it back.
    pub down: BTreeSet<EndpointName>,
}

impl Puts {
    /// Somebody asks for it.
    pub fn ask(&mut self, desired: Desired) {
        self.asked += 1;
        self.down.retain(|name| !desired.endpoints.iter().any(|it| it.endpoint.name == *name));
        self.each.retain(|before| desired.options.additive && request(before) != request(&desired));
        self.each.push(desired);
        self.share();
        self.each.retain(|put| put.endpoints.iter().any(says_something));
    }

    /// It is the same as before, and its files say this now.
    pub fn follow(&mut self, desired: Desired) {
        if let Some(before) = self.each.iter_mut().find(|before| request(before) == request(&desired)) {
            *before = desired;
        }
    }

    /// Nobody wants these any more.
    pub fn take_down(&mut self, endpoints: &[&EndpointName]) {
        for put in &mut self.each {
            put.endpoints.retain(|it| !endpoints.contains(&&it.endpoint.name));
        }
        self.each.retain(|put| !put.endpoints.is_empty());
        self.down.extend(endpoints.iter().map(|name| (*name).clone()));
    }

    /// To each what no later one has.
    pub fn share(&mut self) {
        for index in 0..self.each.len() {
            let (earlier, later) = self.each.split_at_mut(index + 1);
            let wanted = |it: &Deployment| later.iter().any(|put| wants(put, &it.endpoint, &it.name));
            let endpoints = earlier.last_mut().into_iter().flat_map(|put| &mut put.endpoints);
            endpoints.for_each(|endpoint| endpoint.deployments.retain(|it| !wanted(it)));
        }
    }

    /// The endpoint as the same command said it before.
    pub fn before(&self, desired: &Desired, endpoint: &EndpointName) -> Option<&DesiredEndpoint> {
        let before = self.each.iter().find(|before| request(before) == request(desired))?;
        before.endpoints.iter().find(|it| it.endpoint.name == *endpoint)
    }

    /// Another command wants it.
    pub fn wants_beside(&self, desired: &Desired, endpoint: &EndpointName, name: &DeploymentName) -> bool {
        self.each.iter().any(|put| request(put) != request(desired) && wants(put, endpoint, name))
    }

    pub fn followed(&self) -> impl Iterator<Item = &Desired> {
        self.each.iter().filter(|put| put.options.watches())
    }
}

fn request(desired: &Desired) -> Option<&LoadRequest> {
    desired.written.as_ref().map(|written| &written.request)
}

fn wants(put: &Desired, endpoint: &EndpointName, name: &DeploymentName) -> bool {
    let mut deployments = put.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
    deployments.any(|it| (&it.endpoint, &it.name) == (endpoint, name))
}

/// An endpoint that a deployment alone implied goes with it.
fn says_something(endpoint: &DesiredEndpoint) -> bool {
    endpoint.endpoint.file.is_some() || !endpoint.deployments.is_empty()
}
