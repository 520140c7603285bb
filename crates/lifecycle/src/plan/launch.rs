//! One instance, ready to be handed to an engine.

use super::command::{DEBUGPY, HOST};
use super::layout::{app_root, model_dir, model_target};
use super::{Command, Launcher, Layout, Routes, Sidecar, command, debug, injected, merged, no_code};
use diagnosis::Diagnosis;
use engine::{Access, Base, EngineKind, Labels, Launch, Mount, MountSource, Outward, PortUse};
use model::{Deployment, InstanceId};
use semantics::data_collector::CONFIG;
use semantics::instance_limits::InstanceLimits;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Taken out of the environment by the host, before anything of the user's runs.
const TOKEN: &str = "LOCAL_ENDPOINT_HOST_TOKEN";

/// Everything about an instance that the deployment alone does not say.
#[derive(Debug, Clone)]
pub struct InstancePlan<'a> {
    pub deployment: &'a Deployment,
    pub id: &'a InstanceId,
    pub base: &'a Base,
    pub mounts: &'a [Mount],
    pub conda_environment: Option<&'a str>,
    pub kind: EngineKind,
    /// Unique on the engine.
    pub name: String,
    pub labels: Labels,
    pub launcher: &'a Launcher,
    /// What the host must be told with every command.
    pub token: &'a str,
    pub private_root: PathBuf,
    pub limits: Option<InstanceLimits>,
    pub gpus: bool,
    pub outward: Outward,
    /// What is served beside it.
    pub sidecar: Option<&'a Sidecar>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub launch: Launch,
    /// The command rule that was chosen.
    pub rule: &'static str,
    /// The server is a child of our host.
    pub hosted: bool,
    /// The user's overrides.
    pub notes: Vec<Diagnosis>,
}

pub fn launch(plan: &InstancePlan<'_>) -> Planned {
    let layout = match plan.kind {
        EngineKind::Process => Layout::below(&plan.private_root),
        _ => Layout::container(),
    };
    let Command { argv, workdir, hosted, rule } = command(plan, &layout);
    let variables = injected(plan.deployment, &layout, plan.conda_environment, plan.sidecar);
    let (env, notes) = merged(plan.deployment, &variables);
    let mut launch = Launch {
        name: plan.name.clone(),
        base: plan.base.clone(),
        argv,
        workdir,
        env,
        mounts: plan.mounts.to_vec(),
        ports: ports(&Routes::of(plan.deployment)),
        labels: plan.labels.clone(),
        memory_bytes: plan.limits.map(|limits| limits.memory_bytes),
        nano_cpus: plan.limits.map(|limits| limits.nano_cpus),
        outward: plan.outward.clone(),
        gpus: plan.gpus,
        private_root: plan.private_root.clone(),
    };
    if hosted {
        add_host(&mut launch, plan);
        plan.launcher.debugpy.iter().for_each(|package| add_debugger(&mut launch, package));
    }
    launch.mounts.extend(collector(plan));
    Planned { launch, rule, hosted, notes }
}

fn collector(plan: &InstancePlan<'_>) -> Option<Mount> {
    let [reaching, alone] = plan.launcher.collector.as_ref()?;
    let reaches = plan.sidecar.is_some_and(Sidecar::is_reached);
    Some(mount(if reaches { reaching } else { alone }, CONFIG.to_owned()))
}

/// The numbers are our own: beside the server's, and no tool's default.
fn add_host(launch: &mut Launch, plan: &InstancePlan<'_>) {
    launch.ports.extend([(PortUse::Spare, 5002), (PortUse::Control, 5003)]);
    launch.env.insert(TOKEN.to_owned(), plan.token.to_owned());
    // A process finds it where it is.
    let host = plan.launcher.host.clone().filter(|_| plan.kind != EngineKind::Process);
    launch.mounts.extend(host.map(|host| mount(&host, HOST.to_owned())));
}

fn add_debugger(launch: &mut Launch, package: &Path) {
    launch.ports.insert(PortUse::Debug, 5004);
    launch.env.extend(debug::VARIABLES.map(|(name, value)| (name.to_owned(), value.to_owned())));
    // The package alone: what is installed beside it is no business of the user's code.
    let target = format!("{DEBUGPY}/debugpy");
    launch.mounts.push(mount(package, target));
}

/// Code and model, read-only, at Azure's paths. `unpacked`: what the model's archives became, with all that lay beside
/// them.
pub fn mounts(deployment: &Deployment, unpacked: Option<&Path>) -> Vec<Mount> {
    let code = deployment.code.as_ref().zip(app_root(deployment));
    let code = code.map(|(code, target)| mount(&code.folder, target));
    let model = deployment.model.as_ref().zip(model_dir(deployment));
    let model = model.map(|(model, dir)| match unpacked {
        Some(content) => mount(content, dir),
        None => mount(&model.path, model_target(&dir, model)),
    });
    code.into_iter().chain(no_code::mount(deployment)).chain(model).collect()
}

fn mount(path: &Path, target: String) -> Mount {
    Mount { source: MountSource::Path(path.to_owned()), target, access: Access::ReadOnly }
}

/// A probe port of its own only where it differs from the scoring port.
pub fn ports(routes: &Routes) -> BTreeMap<PortUse, u16> {
    let probes = [(PortUse::Liveness, routes.liveness.port), (PortUse::Readiness, routes.readiness.port)];
    let mut ports = BTreeMap::from([(PortUse::Serve, routes.scoring.port)]);
    ports.extend(probes.into_iter().filter(|(_, port)| *port != routes.scoring.port));
    ports
}
