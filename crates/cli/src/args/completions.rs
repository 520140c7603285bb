//! `completions`, and `man` for who packages it.

use clap::{Args as Group, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
    Nushell,
}

#[derive(Debug, Group)]
pub struct Completions {
    pub shell: Shell,
}

#[derive(Debug, Group)]
pub struct Man {
    /// A folder; a page for each verb is written there
    pub folder: PathBuf,
}
