//! Images: what Azure says when one cannot be pulled, what it needs to pull it, and which ones change.

use crate::table::{equal, run};
use diagnosis::Code;
use model::DeploymentKind;
use semantics::image::architecture::judged;
use semantics::image::registry::{Access, access};
use semantics::image::{floating, pull};
use serde::Deserialize;

pub const TABLES: &[&str] = &["image_architecture", "image_floating", "image_pull", "image_registry"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PullRow {
    kind: DeploymentKind,
    #[serde(default)]
    built: bool,
    found: Code,
    headline: Code,
}

#[test]
fn a_pull_that_fails_has_azures_name() {
    run("image_pull", |row: PullRow| equal(pull::failed(row.kind, row.built, row.found).code, row.headline));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RegistryRow {
    registry: String,
    access: String,
}

#[test]
fn what_azure_needs_to_pull() {
    run("image_registry", |row: RegistryRow| {
        let told = match access(&row.registry) {
            Access::Public => "public".to_owned(),
            Access::AcrPull(name) => format!("AcrPull on {name}"),
            Access::Impossible => "impossible".to_owned(),
        };
        equal(told, row.access)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FloatingRow {
    image: String,
    floating: bool,
}

#[test]
fn a_tag_without_a_version_floats() {
    run("image_floating", |row: FloatingRow| equal(floating::is_floating(&row.image), row.floating));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ArchitectureRow {
    image: String,
    machine: String,
    /// Absent: nothing is said.
    expected: Option<String>,
}

#[test]
fn what_is_said_of_processors() {
    run("image_architecture", |row: ArchitectureRow| {
        let told = judged(&row.image, &row.machine).map(|found| {
            let emulated = found.emulated.then_some("emulated");
            let not_azure = (!found.of_azure).then_some("not of Azure");
            emulated.into_iter().chain(not_azure).collect::<Vec<_>>().join(", ")
        });
        equal(told, row.expected)
    });
}
