//! The environment of a deployment.

use crate::AssetRef;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    pub reference: AssetRef,
    pub source: EnvironmentSource,
    /// Present: the image is the user's own server (bring your own container).
    pub inference_config: Option<InferenceConfig>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EnvironmentSource {
    Image {
        /// What is run: the overlay's local image where it maps one, else what was written.
        image: String,
        /// What the Azure YAML says.
        written: String,
        conda: Option<CondaFile>,
    },
    Build {
        context: PathBuf,
        dockerfile: String,
    },
}

/// A conda environment file, or the same written inline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CondaFile {
    /// `None` when it was written inline.
    pub path: Option<PathBuf>,
    /// Where `dependencies:` stands, for messages: file and line.
    pub line: usize,
    pub channels: Vec<String>,
    /// In file order; `python` and `pip` included.
    pub packages: Vec<CondaPackage>,
    /// The `pip:` list, as written.
    pub pip: Vec<String>,
    /// The whole of it, for a conda that reads it itself.
    pub document: serde_json::Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CondaPackage {
    /// Lower-cased, without channel prefix.
    pub name: String,
    /// Everything behind the name as written: `=3.11`, `>=1.2,<2`, `=1.2=py311_0`, or empty.
    pub constraint: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InferenceConfig {
    pub liveness_route: Route,
    pub readiness_route: Route,
    pub scoring_route: Route,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub port: u16,
    pub path: String,
}
