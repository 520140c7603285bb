//! `completions`: what a shell needs to complete words; `man`: a page for each verb. Both are made of the arguments
//! themselves, so that they are never behind them.

use crate::args::{Args, Completions, Man, ShellName};
use crate::console::Console;
use crate::exit::Code;
use clap::CommandFactory;
use clap_complete::{Generator, Shell, generate};
use clap_complete_nushell::Nushell;
use clap_mangen::generate_to;
use diagnosis::{Diagnosis, local};

const NAME: &str = "local-endpoint";

pub fn print(completions: &Completions, console: &Console) -> Code {
    match completions.shell {
        ShellName::Bash => of(Shell::Bash, console),
        ShellName::Zsh => of(Shell::Zsh, console),
        ShellName::Fish => of(Shell::Fish, console),
        ShellName::Powershell => of(Shell::PowerShell, console),
        ShellName::Elvish => of(Shell::Elvish, console),
        ShellName::Nushell => of(Nushell, console),
    }
    Code::OK
}

fn of(shell: impl Generator, console: &Console) {
    let mut text = vec![];
    generate(shell, &mut Args::command(), NAME, &mut text);
    console.raw(&text);
}

pub fn man(man: &Man, console: &Console) -> Result<Code, Diagnosis> {
    let written = std::fs::create_dir_all(&man.folder).and_then(|()| generate_to(Args::command(), &man.folder));
    written.map_err(|error| Diagnosis::error(local::MAN_UNWRITABLE, format!("{}: {error}", man.folder.display())))?;
    console.note(&format!("the man pages are in {}", man.folder.display()));
    Ok(Code::OK)
}
