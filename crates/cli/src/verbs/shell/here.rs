//! On this machine: a child with the streams, the terminal and the signals that we have.

use crate::exit::Code;
use diagnosis::{Diagnosis, local};
use engine::Here;
use std::process::ExitStatus;
use tokio::process::Command;

pub async fn run(here: Here) -> Result<Code, Diagnosis> {
    let (program, arguments) = here.command.split_first().map_or((None, &[][..]), |(it, rest)| (Some(it), rest));
    let program = program.cloned().unwrap_or_default();
    // Ctrl-C is the command's.
    let _signals = crate::signals::Signals::listen();
    let mut command = Command::new(&program);
    command.args(arguments).env_clear().envs(here.env).current_dir(here.folder);
    let mut child = command.spawn().map_err(|error| {
        let message = format!("{}: {error}", program.to_string_lossy());
        Diagnosis::error(local::COMMAND_NOT_STARTED, message)
    })?;
    let status = child.wait().await;
    status
        .map(code_of)
        .map_err(|error| Diagnosis::error(local::INTERNAL, format!("the command cannot be waited for: {error}")))
}

#[cfg(unix)]
fn code_of(status: ExitStatus) -> Code {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    Code(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}

#[cfg(not(unix))]
fn code_of(status: ExitStatus) -> Code {
    Code(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}
