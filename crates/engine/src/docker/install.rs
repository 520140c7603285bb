//! An image with more in it than its base: a container of the base, in which it is installed, becomes the image.
//!
//! Not by a builder, since what it is given must end in no layer: a file that goes before the container becomes an image
//! was never there, while each line of a Dockerfile leaves what it had.

use super::DockerEngine;
use super::failure::{self, general};
use super::install_script::{KEEPER, ended, files};
use crate::lines::LineSplitter;
use crate::transcript::{Cut, Transcript, log_of};
use crate::{Base, BuildTerms, EngineError, Install, InstanceHandle, Recipe, Report, archive, index};
use bollard::container::AttachContainerResults;
use bollard::errors::Error;
use bollard::models::{ContainerConfig, ContainerCreateBody, HostConfig, ImageInspect};
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, CommitContainerOptionsBuilder, CreateContainerOptionsBuilder,
    UploadToContainerOptionsBuilder,
};
use futures_util::{Stream, StreamExt, stream};
use std::sync::OnceLock;

impl DockerEngine {
    /// The tag is the hash of all inputs: when it is there, nothing is asked of anybody, so it works offline.
    pub(super) async fn prepare_derived(
        &self,
        base: &Recipe,
        (tag, install): (&str, &Install),
        terms: &BuildTerms,
        report: Report<'_>,
    ) -> Result<Base, EngineError> {
        if let Some(found) = self.inspect_image(tag).await? {
            return self.base(tag, &found, false).await;
        }
        let base = Box::pin(crate::Engine::prepare(self, base, terms, report)).await?;
        let _lock = self.lock(tag, report).await?;
        if let Some(found) = self.inspect_image(tag).await? {
            return self.base(tag, &found, false).await;
        }
        let transcript = Transcript::begin("the installation", &log_of(&self.cache, tag), terms, report);
        let container = self.create_for(&base, (tag, install), terms).await?;
        let made = self.install_in(&container, &base, (tag, install), transcript).await;
        // It goes by itself as well, also when we are no more; what is waited for is that it is gone.
        self.remove_container(&container).await?;
        made?;
        let missing = EngineError::Other(format!("{tag} was made, and the engine does not have it"));
        self.base(tag, &self.inspect_image(tag).await?.ok_or(missing)?, true).await
    }

    async fn create_for(
        &self,
        base: &Base,
        (tag, install): (&str, &Install),
        terms: &BuildTerms,
    ) -> Result<InstanceHandle, EngineError> {
        let packed = files(install, terms);
        let packed = archive::of_files(packed.iter().map(|(name, content)| (name.as_str(), content.as_slice())));
        let packed =
            packed.map_err(|error| EngineError::Other(format!("the installation cannot be packed: {error}")))?;
        let body = ContainerCreateBody {
            image: Some(base.id.clone()),
            entrypoint: Some(["/bin/sh", "-c", KEEPER].map(str::to_owned).to_vec()),
            user: (!base.facts.user.is_empty()).then(|| "0".to_owned()),
            open_stdin: Some(true),
            stdin_once: Some(true),
            attach_stdin: Some(true),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            host_config: Some(HostConfig { auto_remove: Some(true), ..HostConfig::default() }),
            ..ContainerCreateBody::default()
        };
        let name = format!("{}.{}", tag.replace(['/', ':'], "-"), std::process::id());
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        let created = self.docker.create_container(Some(options), body).await;
        let container = InstanceHandle(created.map_err(|error| failure::start(&base.name, error))?.id);
        let options = UploadToContainerOptionsBuilder::default().path("/").build();
        let body = bollard::body_full(packed.into());
        match self.patient().upload_to_container(&container.0, Some(options), body).await {
            Ok(()) => Ok(container),
            Err(error) => {
                self.remove_container(&container).await?;
                Err(general(error))
            }
        }
    }

    /// The container ends when nobody is attached to it any more.
    async fn install_in(
        &self,
        container: &InstanceHandle,
        base: &Base,
        (tag, install): (&str, &Install),
        mut transcript: Transcript<'_>,
    ) -> Result<(), EngineError> {
        let options = AttachContainerOptionsBuilder::default().stream(true).stdin(true).stdout(true).stderr(true);
        let attached = self.patient().attach_container(&container.0, Some(options.build())).await.map_err(general)?;
        let started = self.docker.start_container(&container.0, None).await;
        started.map_err(|error| no_shell(base, failure::start(&base.name, error)))?;
        let AttachContainerResults { output, input } = attached;
        let code = OnceLock::new();
        match transcript.follow(until_ended(output, &code)).await {
            Err(Cut::Deadline) => return Err(transcript.timed_out()),
            Err(Cut::Failed(error)) => return Err(general(error)),
            Ok(()) => {}
        }
        match code.get() {
            Some(0) => {
                self.commit(container, base, (tag, install)).await?;
                drop(input);
                transcript.ended();
                Ok(())
            }
            Some(code) => {
                let reason = format!("`{}` returned a non-zero code: {code}", transcript.step());
                Err(index::judged(transcript.failed(&reason)))
            }
            None => Err(transcript.failed("its container ended before it did")),
        }
    }

    /// Nothing runs in it any more but the shell that waits for us.
    async fn commit(
        &self,
        container: &InstanceHandle,
        base: &Base,
        (tag, install): (&str, &Install),
    ) -> Result<(), EngineError> {
        let (repository, version) = tag.rsplit_once(':').unwrap_or((tag, "latest"));
        let image = self.inspect_image(&base.id).await?.unwrap_or_default();
        let config = config(&image, install);
        let options = CommitContainerOptionsBuilder::default().container(&container.0).repo(repository).tag(version);
        let options = options
            .pause(false)
            .changes(&changes(&config, self.nature.podman.is_some()))
            .comment("local-endpoint")
            .build();
        self.patient().commit_container(options, config).await.map(drop).map_err(general)
    }
}

fn no_shell(base: &Base, error: EngineError) -> EngineError {
    let reason = format!("{} has no /bin/sh, without which nothing can be installed in it", base.name);
    match error {
        EngineError::ProgramNotFound { .. } => {
            EngineError::BuildFailed { step: "the installation".into(), reason, log: vec![] }
        }
        other => other,
    }
}

/// What is said up to the line that tells the exit code.
fn until_ended(
    output: impl Stream<Item = Result<bollard::container::LogOutput, Error>> + Unpin,
    code: &OnceLock<i64>,
) -> impl Stream<Item = Result<Vec<u8>, Error>> {
    stream::unfold((output, LineSplitter::default()), move |(mut output, mut splitter)| async move {
        if code.get().is_some() {
            return None;
        }
        let piece = match output.next().await? {
            Ok(piece) => piece,
            Err(error) => return Some((Err(error), (output, splitter))),
        };
        let mut lines = splitter.push(&piece.into_bytes());
        if let Some((at, found)) = lines.iter().enumerate().find_map(|(at, line)| Some((at, ended(line)?))) {
            lines.truncate(at);
            let _ = code.set(found);
        }
        let said: String = lines.into_iter().map(|line| line + "\n").collect();
        Some((Ok(said.into_bytes()), (output, splitter)))
    })
}

/// The base's own, with the variables of what was installed, and none of the container's.
fn config(base: &ImageInspect, install: &Install) -> ContainerConfig {
    let config = base.config.clone().unwrap_or_default();
    let kept = |entry: &String| entry.split_once('=').is_none_or(|(name, _)| !install.env.contains_key(name));
    let mut env: Vec<String> = config.env.clone().unwrap_or_default().into_iter().filter(kept).collect();
    env.extend(install.env.iter().map(|(name, value)| format!("{name}={value}")));
    ContainerConfig {
        user: config.user,
        exposed_ports: config.exposed_ports,
        env: Some(env),
        // Nothing said would mean the container's.
        cmd: Some(config.cmd.unwrap_or_default()),
        entrypoint: Some(config.entrypoint.unwrap_or_default()),
        healthcheck: config.healthcheck,
        volumes: config.volumes,
        working_dir: config.working_dir,
        on_build: config.on_build,
        labels: config.labels,
        stop_signal: config.stop_signal,
        shell: config.shell,
        ..ContainerConfig::default()
    }
}

/// The same for Podman, which reads no configuration here. Docker takes an empty ENTRYPOINT of these for none said, and so
/// the container's; that of its configuration it takes as it is.
fn changes(config: &ContainerConfig, podman: bool) -> String {
    let words =
        |words: &Option<Vec<String>>| serde_json::to_string(words.as_deref().unwrap_or_default()).unwrap_or_default();
    let none = config.entrypoint.as_ref().is_none_or(Vec::is_empty);
    let entrypoint = (podman || !none).then(|| format!("ENTRYPOINT {}", words(&config.entrypoint)));
    let mut changes: Vec<_> = entrypoint.into_iter().chain([format!("CMD {}", words(&config.cmd))]).collect();
    changes.extend(config.user.as_ref().filter(|user| !user.is_empty()).map(|user| format!("USER {user}")));
    let pairs = config.env.iter().flatten().filter_map(|entry| entry.split_once('='));
    changes.extend(pairs.map(|(name, value)| format!("ENV {name}={}", quoted(value))));
    changes.join("\n")
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ImageConfig;
    use std::collections::BTreeMap;

    #[test]
    fn the_image_is_as_its_base_but_for_the_variables() {
        let env = ["PATH=/bin", "PRICE=5$"].map(str::to_owned).to_vec();
        let base = ImageConfig { user: Some("me".into()), env: Some(env), ..ImageConfig::default() };
        let env = BTreeMap::from([("PATH".to_owned(), "/env/bin:/bin".to_owned())]);
        let install = Install { steps: vec![], files: vec![], env };
        let config = config(&ImageInspect { config: Some(base), ..ImageInspect::default() }, &install);
        assert_eq!(config.env.as_deref().unwrap(), ["PRICE=5$", "PATH=/env/bin:/bin"]);
        assert_eq!(
            changes(&config, true),
            "ENTRYPOINT []\nCMD []\nUSER me\nENV PRICE=\"5\\$\"\nENV PATH=\"/env/bin:/bin\""
        );
    }
}
