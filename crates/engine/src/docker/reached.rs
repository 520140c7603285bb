//! Whether a container really reaches us: a firewall may drop what comes from containers, and no engine's word tells. Asked
//! once per engine and machine, by a container that connects and goes; what is not reached is asked anew by the next run.

use super::DockerEngine;
use super::body::network;
use super::facts::LOOKED_INTO;
use super::failure::general;
use super::reach::Back;
use crate::{Base, EngineError, InstanceHandle, Outward, WayBack};
use bollard::models::{ContainerCreateBody, HostConfig};
use std::collections::HashMap;
use std::path::PathBuf;

/// Two seconds are long for a neighbour.
const CONNECT: &str = "import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), 2)";
const PYTHONS: &[&str] = &["python3", "python"];

impl DockerEngine {
    pub(super) async fn container_reaches(&self, base: &Base, way: &WayBack, port: u16) -> Result<bool, EngineError> {
        if matches!(self.back, Back::Own(_)) || self.known_to_reach().lines().any(|host| host == way.host) {
            return Ok(true);
        }
        let mut reached = self.reached.lock().await;
        match reached.get(&way.host) {
            Some(known) => Ok(*known),
            None => {
                let found = self.ask_by_container(base, way, port).await?;
                reached.insert(way.host.clone(), found);
                Ok(found)
            }
        }
    }

    fn reached_file(&self) -> PathBuf {
        self.verdict.with_extension("reached")
    }

    /// A host a line.
    fn known_to_reach(&self) -> String {
        std::fs::read_to_string(self.reached_file()).unwrap_or_default()
    }

    async fn ask_by_container(&self, base: &Base, way: &WayBack, port: u16) -> Result<bool, EngineError> {
        let network = match &way.outward {
            Outward::Open => network(&self.about.ports),
            Outward::Closed { network } => Some(network.clone()),
        };
        let to = [way.host.as_str(), &port.to_string()];
        for python in PYTHONS {
            let Some(reached) = self.connects(&base.name, python, (network.as_ref(), &to)).await? else { continue };
            let (path, hosts) = (self.reached_file(), format!("{}{}\n", self.known_to_reach(), way.host));
            let kept =
                || path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, hosts));
            if reached && let Err(error) = kept() {
                tracing::warn!(%error, "{} cannot be written: it is asked again next time", path.display());
            }
            return Ok(reached);
        }
        // Nothing in it can tell.
        Ok(true)
    }

    /// `None`: the image does not have this program.
    async fn connects(
        &self,
        image: &str,
        python: &str,
        (network, to): (Option<&String>, &[&str]),
    ) -> Result<Option<bool>, EngineError> {
        let arguments = ["-c", CONNECT].iter().chain(to).map(|word| (*word).to_owned()).collect();
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            entrypoint: Some(vec![python.to_owned()]),
            cmd: Some(arguments),
            labels: Some(HashMap::from([(LOOKED_INTO.to_owned(), String::new())])),
            host_config: Some(HostConfig { network_mode: network.cloned(), ..HostConfig::default() }),
            ..ContainerCreateBody::default()
        };
        let container = InstanceHandle(self.docker.create_container(None, body).await.map_err(general)?.id);
        let reached = match self.docker.start_container(&container.0, None).await {
            Ok(()) => self.wait_for_exit(&container).await.map(|exit| Some(exit.code == 0)),
            Err(_) => Ok(None),
        };
        self.remove_container(&container).await?;
        reached
    }
}
