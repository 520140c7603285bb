//! From a launch to a running container.

use super::DockerEngine;
use super::failure::{self, general};
use crate::{Arg, EngineError, InstanceHandle, Launch, Mount, MountSource, PortUse, Started, archive};
use bollard::models::{
    ContainerCreateBody, ContainerInspectResponse, HostConfig, HostConfigLogConfig, Mount as Bind, MountType,
    PortBinding, PortMap,
};
use bollard::query_parameters::{CreateContainerOptionsBuilder, UploadToContainerOptionsBuilder};
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

impl DockerEngine {
    pub(super) async fn start_container(&self, launch: &Launch) -> Result<Started, EngineError> {
        let missing = launch.mounts.iter().find_map(missing_source);
        if let Some(path) = missing {
            return Err(EngineError::MountMissing(path.to_owned()));
        }
        let image = &launch.base.name;
        let options = CreateContainerOptionsBuilder::default().name(&launch.name).build();
        let created = self.docker.create_container(Some(options), self.body(launch)?).await;
        let handle = InstanceHandle(created.map_err(|error| failure::start(image, error))?.id);
        match self.run(&handle, launch).await {
            Ok(addresses) => Ok(Started { handle, addresses }),
            Err(error) => {
                self.remove_container(&handle).await?;
                Err(error)
            }
        }
    }

    async fn run(
        &self,
        handle: &InstanceHandle,
        launch: &Launch,
    ) -> Result<BTreeMap<PortUse, SocketAddr>, EngineError> {
        for mount in &launch.mounts {
            self.copy_in(handle, mount).await?;
        }
        let started = self.docker.start_container(&handle.0, None).await;
        started.map_err(|error| failure::start(&launch.base.name, error))?;
        let inspected = self.docker.inspect_container(&handle.0, None).await.map_err(general)?;
        Ok(self.addresses(&inspected, &launch.ports))
    }

    /// As it runs: a container that has ended is none to come back to.
    pub(super) async fn attach_container(
        &self,
        handle: &InstanceHandle,
        ports: &BTreeMap<PortUse, u16>,
    ) -> Result<Started, EngineError> {
        let inspected = self.docker.inspect_container(&handle.0, None).await.map_err(general)?;
        let state = inspected.state.clone().unwrap_or_default();
        if !state.running.unwrap_or_default() || state.paused.unwrap_or_default() {
            return Err(EngineError::NoSuchInstance);
        }
        Ok(Started { handle: handle.clone(), addresses: self.addresses(&inspected, ports) })
    }

    /// Archives always; paths where the engine does not see our files.
    async fn copy_in(&self, handle: &InstanceHandle, mount: &Mount) -> Result<(), EngineError> {
        let at = mount.target.trim_start_matches('/');
        let packed = match &mount.source {
            MountSource::Path(_) if self.about.shares_files => return Ok(()),
            MountSource::Path(path) => archive::of_path(path, at),
            MountSource::Archive(bytes) => archive::below(bytes, at),
        };
        let packed =
            packed.map_err(|error| EngineError::Other(format!("{} cannot be packed: {error}", mount.target)))?;
        let options = UploadToContainerOptionsBuilder::default().path("/").build();
        let body = bollard::body_full(packed.into());
        self.patient().upload_to_container(&handle.0, Some(options), body).await.map_err(general)
    }

    fn body(&self, launch: &Launch) -> Result<ContainerCreateBody, EngineError> {
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
            labels: Some(launch.labels.clone().into_iter().collect()),
            exposed_ports: Some(launch.ports.values().map(|port| container_port(*port)).collect()),
            host_config: Some(self.host_config(launch)),
            ..ContainerCreateBody::default()
        })
    }

    fn host_config(&self, launch: &Launch) -> HostConfig {
        let memory = launch.memory_bytes.map(|bytes| clamp(bytes, self.about.memory_bytes));
        HostConfig {
            mounts: self.about.shares_files.then(|| launch.mounts.iter().filter_map(bind).collect()),
            port_bindings: Some(bindings(launch.ports.values())),
            init: Some(false),
            memory,
            memory_swap: memory,
            nano_cpus: launch.nano_cpus.map(|nano| clamp(nano, u64::from(self.about.cpus) * 1_000_000_000)),
            log_config: (self.log_driver == "json-file").then(rotated_log),
            ..HostConfig::default()
        }
    }

    /// A container that has ended already has no addresses; `wait` says how it ended.
    fn addresses(
        &self,
        inspected: &ContainerInspectResponse,
        ports: &BTreeMap<PortUse, u16>,
    ) -> BTreeMap<PortUse, SocketAddr> {
        let address = |port: u16| {
            if self.about.reaches_loopback { published(inspected, port) } else { own_address(inspected, port) }
        };
        ports.iter().filter_map(|(used, port)| Some((*used, address(*port)?))).collect()
    }
}

fn missing_source(mount: &Mount) -> Option<&Path> {
    match &mount.source {
        MountSource::Path(path) if !path.exists() => Some(path),
        MountSource::Path(_) | MountSource::Archive(_) => None,
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

fn container_port(port: u16) -> String {
    format!("{port}/tcp")
}

/// Each on a free port of the loopback.
fn bindings<'a>(ports: impl Iterator<Item = &'a u16>) -> PortMap {
    let binding = PortBinding { host_ip: Some("127.0.0.1".into()), host_port: Some("0".into()) };
    ports.map(|port| (container_port(*port), Some(vec![binding.clone()]))).collect()
}

fn rotated_log() -> HostConfigLogConfig {
    let options = [("max-size", "10m"), ("max-file", "2")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    HostConfigLogConfig { typ: Some("json-file".into()), config: Some(HashMap::from(options)) }
}

fn published(inspected: &ContainerInspectResponse, port: u16) -> Option<SocketAddr> {
    let bound = inspected.network_settings.as_ref()?.ports.as_ref()?.get(&container_port(port))?.as_ref()?;
    let number = bound.first()?.host_port.as_ref()?.parse().ok()?;
    Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), number))
}

fn own_address(inspected: &ContainerInspectResponse, port: u16) -> Option<SocketAddr> {
    let networks = inspected.network_settings.as_ref()?.networks.as_ref()?;
    let address = networks.values().find_map(|network| network.ip_address.as_ref()?.parse().ok())?;
    Some(SocketAddr::new(address, port))
}
