//! `local-endpoint`: arguments, printing, exit codes. Nothing else knows a terminal.

// A diagnosis is large and rare; errors are made once a command.
#![allow(clippy::result_large_err)]

mod annotations;
mod args;
mod console;
mod curl;
mod detach;
mod ending;
mod events;
mod exit;
mod live;
mod locate;
mod printed;
mod signals;
mod steps;
mod tables;
mod telling;
mod verbs;

use args::Args;
use clap::Parser;
use console::Console;
use exit::Code;
use std::process::ExitCode;

fn main() -> ExitCode {
    // What this binary starts of itself is no verb of a person's.
    match std::env::args().nth(1).as_deref() {
        Some(verbs::REAP) => watch(),
        Some(verbs::SERVE) => in_runtime(Console::new(), verbs::serve),
        _ => {
            let args = Args::parse();
            in_runtime(Console::annotated(), |console| verbs::run(args, console))
        }
    }
}

fn in_runtime<F: Future<Output = Code>>(console: Console, run: impl FnOnce(Console) -> F) -> ExitCode {
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let code = runtime.block_on(run(console));
            // Nothing that still waits may keep the command from ending.
            runtime.shutdown_background();
            code.into()
        }
        Err(error) => {
            console.note(&format!("error: the system gives no threads: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// The watchdog must not share a runtime, or anything else, with what it outlives.
fn watch() -> ExitCode {
    match engine::reaper::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
