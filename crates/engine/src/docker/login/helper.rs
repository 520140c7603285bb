//! The credential helpers of the docker command: `docker-credential-NAME get`, the server on stdin, JSON on stdout.

use super::Login;
use crate::Report;
use serde::Deserialize;
use std::process::{Output, Stdio};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// A key ring may have to be opened, by a person.
const PATIENCE: Duration = Duration::from_secs(60);
const SOON: Duration = Duration::from_secs(1);

/// In place of a user's name: the secret is an identity token.
const TOKEN: &str = "<token>";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    username: String,
    secret: String,
}

/// `None` also where the helper fails, which is said: most images are public.
pub async fn get(name: &str, server: &str, report: Report<'_>) -> Option<Login> {
    let program = format!("docker-credential-{name}");
    match asked(&program, server, report).await {
        Ok(login) => login,
        Err(why) => {
            report(format!("{program} gives no login for {server} ({why}): asked without"));
            None
        }
    }
}

/// What it prints is told nowhere: it may be the secret itself.
async fn asked(program: &str, server: &str, report: Report<'_>) -> Result<Option<Login>, String> {
    let answered = run(program, server);
    tokio::pin!(answered);
    let soon = tokio::time::timeout(SOON, &mut answered).await;
    let output = match soon {
        Ok(output) => output,
        Err(_) => {
            report(format!("waiting for {program}"));
            tokio::time::timeout(PATIENCE, answered)
                .await
                .map_err(|_| format!("no answer within {} s", PATIENCE.as_secs()))?
        }
    };
    let output = output.map_err(|error| error.to_string())?;
    if !output.status.success() {
        // "credentials not found in native keychain"
        let unknown = String::from_utf8_lossy(&output.stdout).contains("not found");
        return if unknown { Ok(None) } else { Err(output.status.to_string()) };
    }
    let answer: Answer = serde_json::from_slice(&output.stdout).map_err(|_| "it answers no login".to_owned())?;
    Ok(Some(login(answer)))
}

async fn run(program: &str, server: &str) -> std::io::Result<Output> {
    let mut command = Command::new(program);
    command.arg("get").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // One that answers without reading is none to complain of.
        let _ = stdin.write_all(server.as_bytes()).await;
    }
    child.wait_with_output().await
}

fn login(answer: Answer) -> Login {
    if answer.username == TOKEN {
        return Login { identitytoken: answer.secret, ..Login::default() };
    }
    Login { username: answer.username, password: answer.secret, ..Login::default() }
}
