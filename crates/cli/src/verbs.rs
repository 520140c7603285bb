//! One file per verb.

mod chaos;
mod check;
mod completions;
mod doctor;
mod down;
mod explain;
mod images;
mod invoke;
mod keys;
mod load;
mod logs;
mod measured;
mod metrics;
mod prune;
mod run;
mod schema;
mod serve;
mod shell;
mod size;
mod status;
mod traffic;
mod up;
mod vscode;

pub use images::Image;
pub use load::per_second;

use crate::args::{Args, Verb};
use crate::console::Console;
use crate::exit::Code;
use crate::verbs::logs::Layout;
use control::Home;
use diagnosis::Diagnosis;
use std::ffi::OsString;

/// How the background emulator and the watchdog are called.
pub const SERVE: &str = "__serve";
pub const REAP: &str = "__reap";

pub async fn run(args: Args, console: Console) -> Code {
    let given = args.cloud.given();
    if !given.is_empty() {
        console.note(&format!("note: {} ignored: nothing here needs a cloud", given.join(", ")));
    }
    Code::of(dispatch(args.verb, &console).await, &console)
}

pub async fn serve(console: Console) -> Code {
    let served = match Home::find() {
        Ok(home) => serve::run(&home).await,
        Err(fault) => Err(fault),
    };
    Code::of(served, &console)
}

async fn dispatch(verb: Verb, console: &Console) -> Result<Code, Diagnosis> {
    let home = Home::find()?;
    match verb {
        Verb::Up(up) => up::run(&home, *up, console).await,
        Verb::Run(run) => run::run(&home, *run, console).await,
        Verb::Down(down) => down::run(&home, down, console).await,
        Verb::Status(status) => status::run(&home, &status, console).await,
        Verb::Invoke(invoke) => invoke::run(&home, invoke, console).await,
        Verb::Logs(logs) => logs::run(&home, &logs, Layout::Lines, console).await,
        Verb::GetLogs(logs) => logs::run(&home, &logs, Layout::Azure, console).await,
        Verb::Metrics(metrics) => metrics::run(&home, &metrics, console).await,
        Verb::Load(load) => load::run(&home, load, console).await,
        Verb::Keys(keys) => keys::run(&home, &keys, console).await,
        Verb::Traffic(traffic) => traffic::run(&home, &traffic, console).await,
        Verb::Shell(shell) => shell::run(&home, shell, console).await,
        Verb::Vscode(vscode) => vscode::run(&home, &vscode, console),
        Verb::Chaos(chaos) => chaos::run(&home, &chaos, console).await,
        Verb::Check(check) => check::run(check, console),
        Verb::Schema(schema) => Ok(schema::run(&schema, console)),
        Verb::Images(images) => images::run(&home, &images, console).await,
        Verb::Prune(prune) => prune::run(&home, &prune, console).await,
        Verb::Doctor(doctor) => doctor::run(&home, &doctor, console).await,
        Verb::Explain(explain) => explain::run(&home, &explain, console).await,
        Verb::Completions(wanted) => Ok(completions::print(&wanted, console)),
        Verb::Man(man) => completions::man(&man, console),
        Verb::Size(size) => size::run(&home, &size, console).await,
    }
}

/// The command line of the watchdog: this very binary.
pub fn reaper() -> Option<Vec<OsString>> {
    let exe = std::env::current_exe().ok()?;
    Some(vec![exe.into_os_string(), REAP.into()])
}
