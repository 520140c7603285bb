//! What the command line asks for, before anything is read.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadRequest {
    /// The project folder, or one YAML file.
    pub path: PathBuf,
    /// `-f FILE`: exactly these files.
    pub files: Vec<PathBuf>,
    /// `-e`: overrides the endpoint's name everywhere.
    pub endpoint_name: Option<String>,
    /// `-n`: overrides the name of the only deployment.
    pub deployment_name: Option<String>,
    /// `--set [NAME/]a.b=c`
    pub set: Vec<String>,
    /// `--env K=V`
    pub env: Vec<(String, String)>,
    /// `--env-file FILE`
    pub env_files: Vec<PathBuf>,
}

/// Where a desired state came from: it can be read again, and it is known when.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// With absolute paths: another process may read it.
    pub request: LoadRequest,
    /// Every file that was read.
    pub files: Vec<PathBuf>,
}
