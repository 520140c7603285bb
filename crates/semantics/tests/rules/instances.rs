//! How big instances are, and operations on them.

use crate::table::{equal, run};
use model::{
    AssetRef, Deployment, DeploymentKind, DeploymentName, EndpointName, Environment, EnvironmentSource, Probe,
    RequestSettings, Resources,
};
use semantics::instance_limits::{Fitted, Room, fit, limits};
use semantics::operation::{Operation, Verdict, decide};
use serde::Deserialize;
use std::collections::BTreeMap;

pub const TABLES: &[&str] = &["gpus", "instance_limits", "operation"];

const MIB: u64 = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsRow {
    kind: DeploymentKind,
    instance_type: Option<String>,
    limits: Option<BTreeMap<String, String>>,
    engine_cpus: Option<u32>,
    engine_memory: Option<u64>,
    cpus: Option<f64>,
    memory: Option<u64>,
    #[serde(default)]
    fewer_cpus: bool,
    #[serde(default)]
    memory_void: bool,
    gpus: Option<u32>,
}

#[test]
fn instance_limits() {
    run("instance_limits", |row: LimitsRow| {
        let room =
            Room { cpus: row.engine_cpus.unwrap_or(1000), memory_bytes: row.engine_memory.unwrap_or(1 << 30) * MIB };
        let expected = row.cpus.zip(row.memory).map(|(cpus, memory)| (cpus, memory, row.fewer_cpus, row.memory_void));
        let fitted = limits(&deployment(row)).map(|limits| fit(limits, room));
        equal(fitted.map(told), expected)
    });
}

#[test]
fn gpus_of_an_instance() {
    run("gpus", |row: LimitsRow| {
        let expected = row.gpus;
        equal(Some(semantics::gpu::gpus(&deployment(row))), expected)
    });
}

fn told(fitted: Fitted) -> (f64, u64, bool, bool) {
    let cpus = fitted.limits.nano_cpus as f64 / 1e9;
    (cpus, fitted.limits.memory_bytes / MIB, fitted.fewer_cpus, fitted.memory_void)
}

fn deployment(row: LimitsRow) -> Deployment {
    let source = EnvironmentSource::Image { image: "image".into(), written: "image".into(), conda: None };
    Deployment {
        name: DeploymentName::new("blue"),
        endpoint: EndpointName::new("credit"),
        kind: row.kind,
        model: None,
        model_mount_path: None,
        code: None,
        environment: Environment { reference: AssetRef::Local, source, inference_config: None },
        environment_variables: BTreeMap::new(),
        request_settings: RequestSettings::default(),
        liveness_probe: Probe::default(),
        readiness_probe: Probe::default(),
        startup_probe: None,
        instance_count: 1,
        instance_type: row.instance_type,
        scale_settings: None,
        data_collector: None,
        resources: row.limits.map(|limits| Resources { requests: BTreeMap::new(), limits }),
        egress: model::Egress::Enabled,
        kept: Default::default(),
        file: "blue.yml".into(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationRow {
    kind: DeploymentKind,
    under_way: Wanted,
    wanted: Wanted,
    #[serde(default)]
    same: bool,
    expected: String,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Wanted {
    Put,
    Delete,
    TakeDown,
}

impl From<Wanted> for Operation {
    fn from(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Put => Self::Put,
            Wanted::Delete => Self::Delete,
            Wanted::TakeDown => Self::TakeDown,
        }
    }
}

#[test]
fn operations() {
    run("operation", |row: OperationRow| {
        let verdict = decide(row.kind, row.under_way.into(), row.wanted.into(), row.same);
        let told = match verdict {
            Verdict::Joins => "joins",
            Verdict::Overrides => "overrides",
            Verdict::Waits => "waits",
            Verdict::Conflicts => "conflicts",
        };
        equal(told.to_owned(), row.expected)
    });
}
