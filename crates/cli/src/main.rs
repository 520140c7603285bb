//! `local-endpoint`: arguments, printing, exit codes. Nothing else knows a terminal.

// A diagnosis is large and rare; errors are made once a command.
#![allow(clippy::result_large_err)]

mod args;
mod console;
mod curl;
mod detach;
mod events;
mod exit;
mod locate;
mod signals;
mod tables;
mod verbs;

use args::{Args, Verb};
use clap::Parser;
use console::Console;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = Args::parse();
    if let Verb::Reap = args.verb {
        // The watchdog must not share a runtime, or anything else, with what it outlives.
        return watch();
    }
    let console = Console::new();
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => {
            let code = runtime.block_on(verbs::run(args, &console));
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

fn watch() -> ExitCode {
    match engine::reaper::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
