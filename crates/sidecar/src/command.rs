//! A command that prints a token.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// az needs a second or two, its first start more.
const PATIENCE: Duration = Duration::from_secs(30);
/// Of what a command says about its failure, in characters.
const LONGEST: usize = 300;

/// What it printed, or why there is nothing; its output is not told.
pub async fn output(words: &[String], folder: &Path) -> Result<String, String> {
    let [program, arguments @ ..] = words else { return Err("there is no command".into()) };
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).stdin(Stdio::null()).kill_on_drop(true);
    let ran = match tokio::time::timeout(PATIENCE, command.output()).await {
        Err(_) => return Err(format!("{program} printed nothing within {} s", PATIENCE.as_secs())),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(format!("{program} is not installed here"));
        }
        Ok(Err(error)) => return Err(format!("{program} cannot be run: {error}")),
        Ok(Ok(ran)) => ran,
    };
    if ran.status.success() {
        return String::from_utf8(ran.stdout).map_err(|_| format!("what {program} printed is no text"));
    }
    Err(format!("{program} failed ({}): {}", ran.status, last_words(&ran.stderr)))
}

fn last_words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
    last.trim().chars().take(LONGEST).collect()
}
