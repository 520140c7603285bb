//! Which traffic an endpoint starts with.

use crate::deployment::deployment;
use crate::fixture::{equal, rows};
use diagnosis::{Style, print};
use lifecycle::plan::decide;
use model::{AuthMode, Deployment, DeploymentKind, DeploymentName, DesiredEndpoint, Endpoint, EndpointName, Traffic};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    deployments: Vec<String>,
    /// What the file says; absent: nothing.
    file: Option<Traffic>,
    /// What was set on the running endpoint.
    kept: Option<Traffic>,
    flag: Option<Traffic>,
    expected: Traffic,
    /// The whole printed note; absent: none.
    note: Option<String>,
}

fn wanted(row: &Row) -> DesiredEndpoint {
    let endpoint = Endpoint {
        name: EndpointName::new("credit"),
        kind: DeploymentKind::Managed,
        auth_mode: AuthMode::Key,
        traffic: row.file.clone(),
        mirror: None,
        identity: None,
        kept: Default::default(),
        file: None,
    };
    let named = |name: &String| Deployment { name: DeploymentName::new(name), ..deployment() };
    DesiredEndpoint { endpoint, deployments: row.deployments.iter().map(named).collect() }
}

#[test]
fn decisions() {
    rows("traffic.toml", |row: Row| {
        let kept = row.kept.clone().map(|traffic| (traffic, None));
        let found = decide(&wanted(&row), row.flag.as_ref(), kept.as_ref());
        equal(found.traffic, row.expected)?;
        equal(found.note.map(|note| print(&note, Style::Plain)), row.note)
    });
}
