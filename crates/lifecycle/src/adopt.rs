//! Instances that a killed emulator left. Those that are still what is wanted serve on under the next one.

use crate::context::{Context, DEPLOYMENT, EMULATOR, ENDPOINT, Engines, INSTANCE, PLAN, RESTARTS, label};
use crate::plan::Signature;
use engine::{Engine, EngineError, Found, Labels};
use model::{Deployment, RunOptions};
use std::sync::Arc;

/// Found by its labels, without an emulator that lives.
#[derive(Debug, Clone)]
pub struct Orphan {
    pub engine: Arc<dyn Engine>,
    pub found: Found,
    pub number: u32,
}

impl Orphan {
    pub fn labelled(&self, name: &str) -> &str {
        self.found.labels.get(&label(name)).map(String::as_str).unwrap_or_default()
    }

    /// How often it was started again before.
    pub fn restarts(&self) -> u32 {
        self.labelled(RESTARTS).parse().unwrap_or_default()
    }

    fn is_of(&self, deployment: &Deployment, signature: &str) -> bool {
        self.found.running
            && self.found.elsewhere.is_none()
            && self.labelled(PLAN) == signature
            && self.labelled(ENDPOINT) == deployment.endpoint.as_str()
            && self.labelled(DEPLOYMENT) == deployment.name.as_str()
    }
}

/// What became of what a killed emulator left.
#[derive(Debug, Default)]
pub struct Swept {
    /// By name.
    pub removed: Vec<String>,
    /// What could not be removed, or not even looked for, and why.
    pub stayed: Vec<String>,
}

/// Every instance with these labels whose emulator is no more, and why an engine told of none. `alive` is asked with its
/// labels: another one's instances are not ours to take. Of another container nothing is known but whether it runs.
pub async fn orphans(
    engines: &Engines,
    labels: &Labels,
    alive: impl Fn(&Labels) -> bool,
) -> (Vec<Orphan>, Vec<EngineError>) {
    let (mut orphans, mut silent) = (vec![], vec![]);
    let all: Vec<&Arc<dyn Engine>> = engines.docker.iter().chain([&engines.process]).collect();
    for engine in all {
        let found = engine.list(labels).await.unwrap_or_else(|error| {
            silent.push(error);
            vec![]
        });
        let is_owned =
            |it: &Found| it.labels.contains_key(&label(EMULATOR)) && it.elsewhere.unwrap_or_else(|| alive(&it.labels));
        let left = found.into_iter().filter(|it| !is_owned(it));
        orphans.extend(left.map(|found| {
            let number = found.labels.get(&label(INSTANCE)).and_then(|number| number.parse().ok());
            Orphan { engine: engine.clone(), found, number: number.unwrap_or_default() }
        }));
    }
    (orphans, silent)
}

/// Removes them, each whatever becomes of the others.
pub async fn remove(orphans: Vec<Orphan>) -> Swept {
    let mut swept = Swept::default();
    for Orphan { engine, found, .. } in orphans {
        match engine.remove(&found.handle).await {
            Ok(()) => swept.removed.push(found.name),
            Err(error) => swept.stayed.push(format!("{}: {error}", found.name)),
        }
    }
    swept
}

/// Those that are what these deployments want, at most as many as are wanted of each; and the rest.
pub fn wanted<'a>(
    orphans: Vec<Orphan>,
    deployments: impl Iterator<Item = (&'a Deployment, Signature)>,
    options: &RunOptions,
) -> (Vec<Orphan>, Vec<Orphan>) {
    let (mut kept, mut rest) = (vec![], orphans);
    rest.sort_by_key(|orphan| orphan.number);
    for (deployment, signature) in deployments {
        let count = options.instances.unwrap_or(deployment.instance_count).max(1);
        let (of_it, others): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|orphan| orphan.is_of(deployment, &signature.instance));
        rest = others;
        for orphan in of_it {
            let known = kept.iter().filter(|other: &&Orphan| other.is_of(deployment, &signature.instance));
            let numbers: Vec<_> = known.map(|other| other.number).collect();
            let more = numbers.len() < count as usize && !numbers.contains(&orphan.number);
            if more { kept.push(orphan) } else { rest.push(orphan) }
        }
    }
    (kept, rest)
}

impl Context {
    /// Takes what may be adopted for this version out of the list.
    pub fn adoptable(&self, deployment: &Deployment, signature: &str) -> Vec<Orphan> {
        let mut orphans = self.lock_orphans();
        let (own, others) = orphans.drain(..).partition(|orphan| orphan.is_of(deployment, signature));
        *orphans = others;
        own
    }
}
