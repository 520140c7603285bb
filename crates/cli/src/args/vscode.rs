//! `vscode`.

use clap::Args as Group;
use std::path::PathBuf;

#[derive(Debug, Group)]
pub struct Vscode {
    /// Project folder, or one of its YAML files
    #[arg(default_value = ".")]
    pub path: PathBuf,
    /// The folder that VS Code has open, where it is not the project's
    #[arg(long, value_name = "FOLDER")]
    pub workspace: Option<PathBuf>,
}
