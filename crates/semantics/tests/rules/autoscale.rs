//! How many replicas a Kubernetes deployment has.

use crate::table::{equal, run};
use model::ScaleSettings;
use semantics::autoscale::{Autoscale, Load};
use serde::Deserialize;
use std::time::Duration;

pub const TABLES: &[&str] = &["autoscale"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    min: u32,
    max: u32,
    #[serde(default = "seventy")]
    target: u32,
    #[serde(default = "one")]
    max_concurrent: u32,
    /// So many looks in a row that find: replicas, running, queued.
    looks: Vec<[u32; 4]>,
    /// The look, from 1, and how many replicas it asks for.
    expected: Vec<[u32; 2]>,
}

fn seventy() -> u32 {
    70
}

fn one() -> u32 {
    1
}

#[test]
fn autoscale() {
    run("autoscale", |row: Row| {
        let settings = ScaleSettings::TargetUtilization {
            min_instances: row.min,
            max_instances: row.max,
            polling_interval: Duration::from_secs(1),
            target_percent: row.target,
        };
        let all = row.looks.iter().flat_map(|[times, rest @ ..]| (0..*times).map(|_| *rest));
        let mut autoscale = Autoscale::default();
        let found = (1..).zip(all).filter_map(|(look, [replicas, running, queued])| {
            let load = Load { replicas, running, queued, max_concurrent_requests_per_instance: row.max_concurrent };
            autoscale.look(&settings, load).map(|wanted| [look, wanted])
        });
        equal(found.collect::<Vec<_>>(), row.expected)
    });
}
