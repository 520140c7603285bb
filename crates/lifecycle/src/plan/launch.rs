//! One instance, ready to be handed to an engine.

use super::layout::{app_root, model_dir, model_target};
use super::{Command, Layout, Routes, command, injected, merged, no_code};
use diagnosis::Diagnosis;
use engine::{Base, EngineKind, Labels, Launch, Mount, MountSource, PortUse};
use model::{Deployment, InstanceId};
use semantics::instance_limits::InstanceLimits;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Everything about an instance that the deployment alone does not say.
#[derive(Debug, Clone)]
pub struct InstancePlan<'a> {
    pub deployment: &'a Deployment,
    pub id: &'a InstanceId,
    pub base: &'a Base,
    pub conda_environment: Option<&'a str>,
    pub kind: EngineKind,
    /// Unique on the engine.
    pub name: String,
    pub labels: Labels,
    /// The launcher script of the process engine.
    pub launcher: &'a Path,
    pub private_root: PathBuf,
    pub limits: Option<InstanceLimits>,
    pub gpus: bool,
}

/// The launch, the command rule that was chosen, and the user's overrides.
pub fn launch(plan: &InstancePlan<'_>) -> (Launch, &'static str, Vec<Diagnosis>) {
    let layout = match plan.kind {
        EngineKind::Process => Layout::below(&plan.private_root),
        _ => Layout::container(),
    };
    let Command { argv, workdir, rule } = command(plan.deployment, &plan.base.facts, plan.kind, &layout, plan.launcher);
    let (env, notes) = merged(plan.deployment, &injected(plan.deployment, &layout, plan.conda_environment));
    let launch = Launch {
        name: plan.name.clone(),
        base: plan.base.clone(),
        argv,
        workdir,
        env,
        mounts: mounts(plan.deployment),
        ports: ports(&Routes::of(plan.deployment)),
        labels: plan.labels.clone(),
        memory_bytes: plan.limits.map(|limits| limits.memory_bytes),
        nano_cpus: plan.limits.map(|limits| limits.nano_cpus),
        gpus: plan.gpus,
        private_root: plan.private_root.clone(),
    };
    (launch, rule, notes)
}

/// Code and model, read-only, at Azure's paths.
pub fn mounts(deployment: &Deployment) -> Vec<Mount> {
    let code = deployment.code.as_ref().zip(app_root(deployment));
    let code = code.map(|(code, target)| Mount { source: MountSource::Path(code.folder.clone()), target });
    let model = deployment.model.as_ref().zip(model_dir(deployment));
    let model = model
        .map(|(model, dir)| Mount { source: MountSource::Path(model.path.clone()), target: model_target(&dir, model) });
    code.into_iter().chain(no_code::mount(deployment)).chain(model).collect()
}

/// A probe port of its own only where it differs from the scoring port.
pub fn ports(routes: &Routes) -> BTreeMap<PortUse, u16> {
    let probes = [(PortUse::Liveness, routes.liveness.port), (PortUse::Readiness, routes.readiness.port)];
    let mut ports = BTreeMap::from([(PortUse::Serve, routes.scoring.port)]);
    ports.extend(probes.into_iter().filter(|(_, port)| *port != routes.scoring.port));
    ports
}
