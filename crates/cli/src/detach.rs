//! `up -d`: the same emulator in a session of its own, with its output in a rotated file.

use control::Home;
use control::client::Client;
use control::state::{ProcessId, ProjectFolder, ProjectState};
use diagnosis::{Diagnosis, local};
use model::Desired;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

/// As `processthreadsapi.h` names them.
#[cfg(windows)]
const DETACHED_PROCESS: u32 = 0x8;
#[cfg(windows)]
const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;

/// An emulator in the background.
#[derive(Debug)]
pub struct Detached {
    pub client: Client,
    process: Option<ProcessId>,
}

impl Detached {
    /// Takes everything down; the process is gone afterwards.
    pub async fn end(&self) -> Result<(), Diagnosis> {
        self.client.shutdown(vec![]).await?;
        if let Some(process) = &self.process {
            crate::ending::of(process).await;
        }
        Ok(())
    }
}

/// Starts it and resolves once its control API can be asked.
pub async fn start(home: &Home, desired: &Desired) -> Result<Detached, Diagnosis> {
    let folder = ProjectFolder::of(home, &desired.project)?;
    let mut child = spawn(&folder)?;
    hand(&mut child, desired).await?;
    heard(&mut child, &folder).await?;
    // From here on it lives without us.
    std::mem::forget(child);
    let state = folder.read()?.unwrap_or_else(|| ProjectState::new(&desired.project));
    let client = Client::connect(&state).await?;
    Ok(Detached { client, process: state.emulator.map(|emulator| emulator.process) })
}

fn spawn(folder: &ProjectFolder) -> Result<Child, Diagnosis> {
    let log = folder.log()?.handle().map_err(|error| internal(&error))?;
    let exe = std::env::current_exe().map_err(|error| internal(&error))?;
    let mut command = Command::new(exe);
    command.arg(crate::verbs::SERVE).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
    // Who is not waited for until it can be asked is not left to start unseen.
    command.kill_on_drop(true);
    // Elsewhere it makes itself a session. Neither Ctrl-C nor the end of this console is for it.
    #[cfg(windows)]
    command.creation_flags(DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP);
    command.spawn().map_err(|error| internal(&error))
}

/// Over a pipe: values of variables are no arguments.
async fn hand(child: &mut Child, desired: &Desired) -> Result<(), Diagnosis> {
    let text = serde_json::to_vec(desired).map_err(|error| internal(&error))?;
    let Some(mut stdin) = child.stdin.take() else { return Ok(()) };
    // A child that could not even read has said why.
    let _ = stdin.write_all(&text).await;
    Ok(())
}

/// Its first line: nothing, or the error it ended with.
async fn heard(child: &mut Child, folder: &ProjectFolder) -> Result<(), Diagnosis> {
    let mut line = String::new();
    if let Some(stdout) = child.stdout.take() {
        let _ = BufReader::new(stdout).read_line(&mut line).await;
    }
    match serde_json::from_str::<Option<Diagnosis>>(&line) {
        Ok(None) => Ok(()),
        Ok(Some(error)) => Err(error),
        Err(_) => {
            let message = "the emulator ended before it could be asked";
            Err(Diagnosis::error(local::INTERNAL, message).fact("log", folder.log_file().display().to_string()))
        }
    }
}

fn internal(error: &dyn std::fmt::Display) -> Diagnosis {
    Diagnosis::error(local::INTERNAL, format!("the emulator cannot be started in the background: {error}"))
}
