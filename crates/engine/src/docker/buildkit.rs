//! Builds that need BuildKit, by a docker command: the engine's own interface for it is a protocol of 61 crates.

use super::DockerEngine;
use super::build::failed_with;
use super::buildkit_client::{Client, find};
use super::buildkit_lines::BuildKitLines;
use super::tidy::Secrets;
use crate::lines::LineSplitter;
use crate::transcript::{Cut, Transcript, log_of};
use crate::{BuildTerms, EngineError, Report};
use futures_util::{Stream, stream};
use std::io;
use std::path::Path;
use std::process::Stdio;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStderr, Command};

/// A context to build, and the name of what comes out.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    pub folder: &'a Path,
    pub dockerfile: &'a str,
    pub tag: &'a str,
}

impl DockerEngine {
    pub(super) async fn build_by(
        &self,
        client: &Client,
        sources: Sources<'_>,
        terms: &BuildTerms,
        report: Report<'_>,
    ) -> Result<(), EngineError> {
        let transcript = Transcript::begin("Dockerfile", &log_of(&self.cache, sources.tag), terms, report);
        let secrets = Secrets::of(&self.cache, &named(terms)).await?;
        let mut command = self.command(client, sources, terms);
        for (id, _) in named(terms) {
            command.arg("--secret").arg(format!("id={id},src={}", secrets.path(id).display()));
        }
        command.arg(sources.folder);
        let mut child = Group(command.spawn().map_err(|error| failed_to(client, &error))?);
        self.followed(client, &mut child, transcript).await
    }

    fn command(&self, client: &Client, sources: Sources<'_>, terms: &BuildTerms) -> Command {
        let mut command = Command::new(&client.program);
        command.args(client.arguments).args(["--progress", "plain", "--tag", sources.tag, "--file"]);
        command.arg(sources.folder.join(sources.dockerfile));
        command.env("DOCKER_BUILDKIT", "1").env("DOCKER_HOST", &self.about.address).env_remove("DOCKER_CONTEXT");
        command.args(terms.platform.iter().flat_map(|platform| ["--platform", platform]));
        for (name, value) in terms.proxies() {
            // By name alone: what stands among the arguments of a process is seen by everybody.
            command.args(["--build-arg", name]).env(name, value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        command
    }

    async fn followed(
        &self,
        client: &Client,
        child: &mut Group,
        mut transcript: Transcript<'_>,
    ) -> Result<(), EngineError> {
        let mut lines = BuildKitLines::default();
        let Some(stderr) = child.0.stderr.take() else { return Ok(()) };
        match transcript.follow(said(stderr, &mut lines)).await {
            Err(Cut::Deadline) => return Err(transcript.timed_out()),
            Err(Cut::Failed(error)) => return Err(failed_to(client, &error)),
            Ok(()) => {}
        }
        let status = child.0.wait().await.map_err(|error| failed_to(client, &error))?;
        if status.success() {
            transcript.ended();
            return Ok(());
        }
        let (step, reason) = lines.failed();
        step.into_iter().for_each(|step| transcript.stands_at(step));
        Err(failed_with(transcript, &reason))
    }
}

/// The words of the classic builder, as they come.
fn said(stderr: ChildStderr, lines: &mut BuildKitLines) -> impl Stream<Item = Result<Vec<u8>, io::Error>> + use<'_> {
    stream::unfold((stderr, LineSplitter::default(), lines), |(mut stderr, mut splitter, lines)| async move {
        let mut piece = vec![0; 16 * 1024];
        let told = |lines: &mut BuildKitLines, said: Vec<String>| -> String {
            said.iter().flat_map(|line| lines.take(line)).map(|line| line + "\n").collect()
        };
        match stderr.read(&mut piece).await {
            Ok(0) => {
                let last = told(lines, splitter.finish()?.lines().map(str::to_owned).collect());
                Some((Ok(last.into_bytes()), (stderr, splitter, lines)))
            }
            Ok(read) => {
                let said = told(lines, splitter.push(&piece[..read]));
                Some((Ok(said.into_bytes()), (stderr, splitter, lines)))
            }
            Err(error) => Some((Err(error), (stderr, splitter, lines))),
        }
    })
}

/// What a Dockerfile may ask for with `RUN --mount=type=secret,id=...`.
fn named(terms: &BuildTerms) -> Vec<(&'static str, &[u8])> {
    let first = |candidates: &[&str]| candidates.iter().find_map(|name| terms.files.get(*name)).map(Vec::as_slice);
    let all = [
        ("pip.conf", first(&["pip.conf", "user/pip/pip.conf", "global/pip/pip.conf"])),
        ("condarc", first(&["condarc"])),
        ("ca.crt", Some(terms.certificates.as_slice()).filter(|bytes| !bytes.is_empty())),
    ];
    all.into_iter().filter_map(|(id, content)| Some((id, content?))).collect()
}

fn failed_to(client: &Client, error: &io::Error) -> EngineError {
    EngineError::Other(format!("{}: {error}", client.program.display()))
}

/// The command, and the plugin that it runs, end when nobody waits for them.
struct Group(Child);

impl Drop for Group {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = self.0.id().and_then(|id| rustix::process::Pid::from_raw(id.cast_signed())) {
            // It may have ended by itself.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

impl DockerEngine {
    /// The command that builds with BuildKit. `Ok(None)`: this engine's own builder can all of it.
    pub(super) async fn buildkit(&self) -> Result<Option<Client>, String> {
        match self.nature.podman {
            Some(_) => Ok(None),
            None => find(&std::env::var_os("PATH").unwrap_or_default()).await.map(Some),
        }
    }
}
