//! From a launch to a running container.

use super::DockerEngine;
use super::body::{container_port, path_of};
use super::bridge;
use super::closed::network_of;
use super::failure::{self, general};
use super::marker::says_unseen;
use super::reach::published_on;
use crate::{
    Access, EngineError, InstanceHandle, Launch, Mount, MountSource, PortUse, Started, archive, packed, pieces,
};
use bollard::models::ContainerInspectResponse;
use bollard::query_parameters::{CreateContainerOptionsBuilder, UploadToContainerOptionsBuilder};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

impl DockerEngine {
    pub(super) async fn start_container(&self, launch: &Launch) -> Result<Started, EngineError> {
        let missing = launch.mounts.iter().find_map(missing_source);
        if let Some(path) = missing {
            return Err(EngineError::MountMissing(path.to_owned()));
        }
        let shares = self.shares_files(&launch.base.name).await?;
        let goes_in = |mount: &&Mount| !shares || mount.access == Access::Scratch;
        let mut copied: Vec<_> = launch.mounts.iter().filter(goes_in).filter_map(path_of).collect();
        loop {
            let error = match self.start_with(launch, &copied).await {
                Err(EngineError::Other(words)) => words,
                result => return result,
            };
            // An engine in a virtual machine sees some of our folders, most often the home, and not the others.
            let unseen = launch.mounts.iter().filter_map(path_of).find(|path| says_unseen(&error, path));
            match unseen {
                Some(path) if !copied.contains(&path) => copied.push(path),
                _ => return Err(EngineError::Other(error)),
            }
        }
    }

    /// `copied`: the paths that are not mounted.
    async fn start_with(&self, launch: &Launch, copied: &[&Path]) -> Result<Started, EngineError> {
        let image = &launch.base.name;
        // Where an engine has several images of one name, and takes its own unasked.
        let (arch, own) = (&launch.base.facts.arch, &self.about.arch);
        let other = (!arch.is_empty() && !own.is_empty() && arch != own).then(|| format!("linux/{arch}"));
        let options = CreateContainerOptionsBuilder::default().name(&launch.name);
        let options = options.platform(other.as_deref().unwrap_or_default()).build();
        let created = self.docker.create_container(Some(options), self.body(launch, copied)?).await;
        let handle = InstanceHandle(created.map_err(|error| failure::start(image, error))?.id);
        match self.run(&handle, launch, copied).await {
            Ok(addresses) => Ok(Started { handle, addresses, copied: unasked(launch, copied) }),
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
        copied: &[&Path],
    ) -> Result<BTreeMap<PortUse, SocketAddr>, EngineError> {
        for mount in &launch.mounts {
            self.copy_in(handle, mount, copied).await?;
        }
        let started = self.docker.start_container(&handle.0, None).await;
        started.map_err(|error| failure::start(&launch.base.name, error))?;
        let inspected = self.inspect(handle).await?;
        Ok(self.addresses(&inspected, &launch.ports))
    }

    /// As it runs: a container that has ended is none to come back to.
    pub(super) async fn attach_container(
        &self,
        handle: &InstanceHandle,
        ports: &BTreeMap<PortUse, u16>,
    ) -> Result<Started, EngineError> {
        let inspected = self.inspect(handle).await?;
        let state = inspected.state.clone().unwrap_or_default();
        if !state.running.unwrap_or_default() || state.paused.unwrap_or_default() {
            return Err(EngineError::NoSuchInstance);
        }
        let addresses = self.addresses(&inspected, ports);
        Ok(Started { handle: handle.clone(), addresses, copied: vec![] })
    }

    /// Archives always; paths that are not mounted.
    async fn copy_in(&self, handle: &InstanceHandle, mount: &Mount, copied: &[&Path]) -> Result<(), EngineError> {
        let at = mount.target.trim_start_matches('/').to_owned();
        let unpacked = |error: io::Error| EngineError::Other(format!("{} cannot be packed: {error}", mount.target));
        let (body, writing) = match &mount.source {
            MountSource::Path(path) if copied.contains(&path.as_path()) => {
                let (path, access) = (path.clone(), mount.access);
                let (pieces, writing) = pieces::of(move |out| packed::write_path(out, &path, &at, access));
                (bollard::body_try_stream(pieces), Some(writing))
            }
            MountSource::Path(_) => return Ok(()),
            MountSource::Archive(bytes) => {
                (bollard::body_full(archive::below(bytes, &at).map_err(unpacked)?.into()), None)
            }
        };
        let options = UploadToContainerOptionsBuilder::default().path("/").build();
        let sent = self.patient().upload_to_container(&handle.0, Some(options), body).await.map_err(general);
        match writing {
            // What could not be read explains whatever the engine says of half an archive.
            Some(writing) => writing.await.ok().and_then(Result::err).map_or(sent, |error| Err(unpacked(error))),
            None => sent,
        }
    }

    /// A container that has ended already has no addresses; `wait` says how it ended.
    fn addresses(
        &self,
        inspected: &ContainerInspectResponse,
        ports: &BTreeMap<PortUse, u16>,
    ) -> BTreeMap<PortUse, SocketAddr> {
        let (reached, network) = (&self.about.ports, network_of(inspected, &self.about.ports));
        let own = |port| own_address(inspected, port, &network);
        let address = |used: PortUse, port: u16| match published_on(reached, used) {
            Some(host) => published(inspected, port, host).or_else(|| own(port).filter(|_| network != bridge::NETWORK)),
            None => own(port),
        };
        ports.iter().filter_map(|(used, port)| Some((*used, address(*used, *port)?))).collect()
    }
}

/// What is a copy because this engine could not mount it.
fn unasked(launch: &Launch, copied: &[&Path]) -> Vec<PathBuf> {
    let mounts = launch.mounts.iter().filter(|mount| mount.access == Access::ReadOnly);
    mounts.filter_map(path_of).filter(|path| copied.contains(path)).map(Path::to_path_buf).collect()
}

fn missing_source(mount: &Mount) -> Option<&Path> {
    path_of(mount).filter(|path| !path.exists())
}

fn published(inspected: &ContainerInspectResponse, port: u16, host: IpAddr) -> Option<SocketAddr> {
    let bound = inspected.network_settings.as_ref()?.ports.as_ref()?.get(&container_port(port))?.as_ref()?;
    Some(SocketAddr::new(host, bound.first()?.host_port.as_ref()?.parse().ok()?))
}

fn own_address(inspected: &ContainerInspectResponse, port: u16, network: &str) -> Option<SocketAddr> {
    let networks = inspected.network_settings.as_ref()?.networks.as_ref()?;
    Some(SocketAddr::new(networks.get(network)?.ip_address.as_ref()?.parse().ok()?, port))
}
