//! What a deployment refers to: models and code.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A reference as it was written, whatever the written form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssetRef {
    /// A path on this machine, or an inline block.
    Local,
    /// `azureml:name:version`, `azureml:name@label`, `azureml:name`.
    Named { name: String, version: Option<String>, label: Option<String> },
    /// `azureml://registries/R/...`, kept as written.
    Registry(String),
    /// A full ARM id, kept as written.
    ArmId(String),
    /// Content that was uploaded to this emulator.
    Stored(String),
    /// Nothing was written: Azure makes it of what the model brings.
    OfModel,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelType {
    CustomModel,
    MlflowModel,
    TritonModel,
}

/// A model, resolved to a path on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelAsset {
    pub reference: AssetRef,
    /// The registered name; for an inline local model an id generated from its path.
    pub name: String,
    pub version: String,
    pub kind: ModelType,
    /// Absolute. A folder keeps its last name below `AZUREML_MODEL_DIR`, a file lies directly in it.
    pub path: PathBuf,
    /// Its archives are unpacked before an instance starts (property `azureml.unpack`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unpack: bool,
}

/// The code folder and the script in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Absolute.
    pub folder: PathBuf,
    /// Relative to the folder, with `/` on every platform.
    pub scoring_script: String,
}
