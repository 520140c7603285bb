//! A container as it is asked for.

use super::DockerEngine;
use super::nature::Nature;
use super::reach::published_on;
use super::remains::INSIDE;
use crate::{Arg, EngineError, Launch, Mount, MountSource, Outward, PortUse, Ports};
use bollard::models::{
    ContainerCreateBody, DeviceRequest, HostConfig, HostConfigLogConfig, Mount as Bind, MountType, PortBinding, PortMap,
};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

impl DockerEngine {
    /// `copied`: the paths that are not mounted.
    pub(super) fn body(&self, launch: &Launch, copied: &[&Path]) -> Result<ContainerCreateBody, EngineError> {
        let argv = launch.argv.as_deref().map(|argv| words(argv, &launch.ports)).transpose()?;
        let (program, arguments) = match argv.as_deref() {
            Some([program, arguments @ ..]) => (Some(vec![program.clone()]), Some(arguments.to_vec())),
            _ => (None, None),
        };
        Ok(ContainerCreateBody {
            image: Some(launch.base.name.clone()),
            entrypoint: program,
            cmd: arguments,
            working_dir: launch.workdir.clone(),
            env: Some(launch.env.iter().map(|(name, value)| format!("{name}={value}")).collect()),
            labels: Some(self.labels(launch)),
            exposed_ports: Some(launch.ports.values().map(|port| container_port(*port)).collect()),
            host_config: Some(self.host_config(launch, copied)),
            ..ContainerCreateBody::default()
        })
    }

    fn labels(&self, launch: &Launch) -> HashMap<String, String> {
        let inside = self.inside.iter().map(|id| (INSIDE.to_owned(), id.clone()));
        // A test's own goes before.
        inside.chain(launch.labels.clone()).collect()
    }

    fn host_config(&self, launch: &Launch, copied: &[&Path]) -> HostConfig {
        let mounted = launch.mounts.iter().filter(|mount| path_of(mount).is_some_and(|path| !copied.contains(&path)));
        let memory = launch.memory_bytes.map(|bytes| clamp(bytes, self.about.memory_bytes));
        let (network_mode, port_bindings) = match &launch.outward {
            Outward::Open => (network(&self.about.ports), bindings(&launch.ports, &self.about.ports)),
            Outward::Closed { network } => (Some(network.clone()), None),
        };
        HostConfig {
            mounts: Some(mounted.filter_map(bind).collect()),
            port_bindings,
            network_mode,
            device_requests: (launch.gpus && self.nature.gpus).then(every_gpu),
            init: Some(false),
            memory,
            memory_swap: memory,
            nano_cpus: launch.nano_cpus.map(|nano| clamp(nano, u64::from(self.about.cpus) * 1_000_000_000)),
            security_opt: unlabelled(&self.nature),
            log_config: rotated_log(&self.nature.log_driver),
            ..HostConfig::default()
        }
    }
}

pub(super) fn path_of(mount: &Mount) -> Option<&Path> {
    match &mount.source {
        MountSource::Path(path) => Some(path),
        MountSource::Archive(_) => None,
    }
}

/// The command with its ports filled in.
fn words(argv: &[Arg], ports: &BTreeMap<PortUse, u16>) -> Result<Vec<String>, EngineError> {
    let word = |arg: &Arg| match arg {
        Arg::Text(text) => Ok(text.clone()),
        Arg::Port(used) => ports.get(used).map(u16::to_string).ok_or_else(|| no_port(*used)),
    };
    argv.iter().map(word).collect()
}

fn no_port(used: PortUse) -> EngineError {
    EngineError::Other(format!("the command names a port ({used:?}) that the launch does not have"))
}

/// The engine refuses more than it has.
fn clamp(wanted: u64, available: u64) -> i64 {
    let most = if available == 0 { wanted } else { wanted.min(available) };
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// By `Mounts`, not `Binds`: those would make a missing source as an empty folder.
fn bind(mount: &Mount) -> Option<Bind> {
    let MountSource::Path(path) = &mount.source else { return None };
    let source = std::path::absolute(path).ok()?.display().to_string();
    let target = Some(mount.target.clone());
    Some(Bind { target, source: Some(source), typ: Some(MountType::BIND), read_only: Some(true), ..Bind::default() })
}

/// Each on a free port: of the loopback, or of that address alone by which another machine's engine is reached. A
/// container that is reached at its own address needs none.
fn bindings(ports: &BTreeMap<PortUse, u16>, reached: &Ports) -> Option<PortMap> {
    let binding = |(used, port): (&PortUse, &u16)| {
        let host_ip = Some(published_on(reached, *used)?.to_string());
        Some((container_port(*port), Some(vec![PortBinding { host_ip, host_port: Some("0".into()) }])))
    };
    let bound: PortMap = ports.iter().filter_map(binding).collect();
    (!bound.is_empty()).then_some(bound)
}

/// Networks of one engine do not reach each other: the instance goes where we are.
pub(super) fn network(reached: &Ports) -> Option<String> {
    match reached {
        Ports::Containers { network } => Some(network.clone()),
        Ports::Loopback | Ports::Bridge | Ports::Host(_) => None,
    }
}

/// As many as there are: no engine tells how many that is, and it refuses more.
fn every_gpu() -> Vec<DeviceRequest> {
    let capabilities = Some(vec![vec!["gpu".to_owned()]]);
    vec![DeviceRequest { driver: Some(String::new()), count: Some(-1), capabilities, ..DeviceRequest::default() }]
}

/// Nothing where the driver keeps no files of its own (journald), or does not take these options (Podman's k8s-file,
/// which no engine names as its default).
fn rotated_log(driver: &str) -> Option<HostConfigLogConfig> {
    let options = [("max-size", "10m"), ("max-file", "3")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let knows = ["json-file", "local"].contains(&driver);
    knows.then(|| HostConfigLogConfig { typ: Some(driver.to_owned()), config: Some(HashMap::from(options)) })
}

/// Where SELinux labels containers, a bind mount is unreadable unless its content is relabelled (`:z`): that would
/// change files of the user's home for good, and may lock other programs out of them. So the container goes unlabelled.
fn unlabelled(nature: &Nature) -> Option<Vec<String>> {
    nature.selinux.then(|| vec!["label=disable".to_owned()])
}

pub(super) fn container_port(port: u16) -> String {
    format!("{port}/tcp")
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
