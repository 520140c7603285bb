//! What the process engine must be told.

use std::ffi::OsString;
use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessConfig {
    /// Environments are made below it and shared by all projects.
    pub cache: PathBuf,
    /// The command line of a program that calls [`crate::reaper::run`]. `None`: children may outlive a killed process.
    pub reaper: Option<Vec<OsString>>,
    /// A folder for the records of what runs, shared by all processes that are to find each other's instances.
    pub ledger: PathBuf,
}
