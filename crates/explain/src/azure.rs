//! `fixtures/azure-errors.toml`, as it stands in the binary.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

const DATA: &str = include_str!("../../../fixtures/azure-errors.toml");

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| toml::from_str(DATA).expect("fixtures/azure-errors.toml is held by tests"));

/// Azure's errors.
pub fn catalogue() -> &'static Catalogue {
    &CATALOGUE
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Anchors of headings that explain nothing themselves.
    pub apart: Vec<String>,
    #[serde(rename = "error")]
    pub rows: Vec<Row>,
}

/// The endpoints it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Managed,
    Kubernetes,
    Both,
}

/// Where a person can meet it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Here {
    /// The real event raises it here.
    Reproduced,
    /// Found before anything starts.
    Check,
    /// Azure alone.
    Cloud,
}

/// One error of Azure's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub name: String,
    /// The error that this is a case of.
    pub of: Option<String>,
    pub kind: Kind,
    pub title: String,
    /// Heading of Microsoft's page, with its `#`.
    pub anchor: String,
    pub cause: String,
    /// What raises it here, or "never" and why.
    pub raised_locally: String,
    /// Tests that raise it for real, or what an answer is compared with.
    #[serde(default)]
    pub proof: Vec<String>,
    /// Codes of `diagnosis` that it is raised with.
    #[serde(default)]
    pub codes: Vec<String>,
    pub remedy: String,
    pub here: Here,
    /// What tells more in the cloud.
    pub command: Option<String>,
    /// Regular expressions, any letter case; white space is one space.
    #[serde(default)]
    pub patterns: Vec<String>,
    #[serde(default)]
    pub rows: Vec<String>,
    #[serde(default)]
    pub quotes: Vec<String>,
}

impl Row {
    /// Nothing but a number: an HTTP status.
    pub fn is_status(&self) -> bool {
        self.name.bytes().all(|byte| byte.is_ascii_digit())
    }
}
