//! `size`: how many instances a load needs, by the documented formula.

use super::measured::{self, Measured};
use crate::args;
use crate::console::Console;
use crate::exit::Code;
use check::Sku;
use control::Home;
use diagnosis::{Diagnosis, spec as rows};
use explain::{Given, Machine, Sizing, Target, Wanted, print_size, size};
use model::{Deployment, DeploymentKind, SCHEMA_VERSION};
use serde::Serialize;
use spec::LoadRequest;
use std::path::Path;

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    sizes: Vec<Sizing>,
}

pub async fn run(home: &Home, args: &args::Size, console: &Console) -> Result<Code, Diagnosis> {
    let sizes = match folder(args) {
        None => vec![size(wanted(args, None, None))],
        Some(path) => match load(path, console)? {
            Some(deployments) => {
                let mut sizes = vec![];
                for it in &deployments {
                    let measured = measured::of(home, path, it).await;
                    sizes.push(size(wanted(args, Some(it), measured)));
                }
                sizes
            }
            None => return Ok(Code::USAGE),
        },
    };
    let document = Document { schema_version: SCHEMA_VERSION, sizes };
    args.printed.print(&document, console, |console| {
        console.data(&document.sizes.iter().map(print_size).collect::<Vec<_>>().join("\n\n"));
    })?;
    Ok(Code::OK)
}

/// Whose deployments give what no flag does; `None` where the flags say all.
fn folder(args: &args::Size) -> Option<&Path> {
    args.path.as_deref().or(args.seconds.is_none().then_some(Path::new(".")))
}

/// `None`: the faults were said.
fn load(path: &Path, console: &Console) -> Result<Option<Vec<Deployment>>, Diagnosis> {
    let project = match spec::load(&LoadRequest { path: path.to_owned(), ..LoadRequest::default() }) {
        Ok(project) => project,
        Err(faults) => {
            console.say_all(&faults.into_iter().map(for_size).collect::<Vec<_>>());
            return Ok(None);
        }
    };
    let deployments: Vec<Deployment> = project.endpoints.into_iter().flat_map(|it| it.deployments).collect();
    if deployments.is_empty() {
        return Err(Diagnosis::error(rows::NOTHING_TO_DEPLOY, format!("{} has no deployment", path.display())));
    }
    Ok(Some(deployments))
}

/// A folder without a project is no hindrance to `size`.
fn for_size(fault: Diagnosis) -> Diagnosis {
    if fault.code != rows::NOTHING_TO_DEPLOY {
        return fault;
    }
    fault.remedy("name a project's folder, or say how long a request takes: local-endpoint size --rps 20 --seconds 0.5")
}

fn wanted(args: &args::Size, deployment: Option<&Deployment>, measured: Option<Measured>) -> Wanted {
    Wanted {
        target_rps: given(args.rps, "--rps"),
        request_process_time: seconds(args, deployment, measured),
        target_utilization: given(args.utilization, "--utilization, 0.7 by default"),
        max_concurrent_requests_per_instance: concurrency(args, deployment),
        deployment: deployment.map(target),
    }
}

/// Where nothing was measured, the longest that a request may take is on the safe side.
fn seconds(args: &args::Size, deployment: Option<&Deployment>, measured: Option<Measured>) -> Given<f64> {
    match (args.seconds, measured, deployment) {
        (Some(seconds), _, _) => given(seconds, "--seconds"),
        (None, Some(measured), _) => given(measured.p95.as_secs_f64(), &measured.source),
        (None, None, Some(it)) => given(
            it.request_settings.request_timeout.as_secs_f64(),
            "request_timeout_ms, the longest that a request may take; --seconds has the real time",
        ),
        (None, None, None) => given(0.0, "--seconds"),
    }
}

fn concurrency(args: &args::Size, deployment: Option<&Deployment>) -> Given<u32> {
    match (args.concurrency, deployment) {
        (Some(most), _) => given(most, "--concurrency"),
        (None, Some(it)) => given(it.request_settings.max_concurrent_requests_per_instance, "request_settings"),
        (None, None) => given(1, "Azure's default"),
    }
}

fn target(deployment: &Deployment) -> Target {
    let managed = deployment.kind == DeploymentKind::Managed;
    let sku = deployment.instance_type.as_deref().filter(|_| managed).and_then(Sku::named);
    Target {
        name: deployment.name.to_string(),
        managed,
        instance_type: deployment.instance_type.clone(),
        machine: sku.map(|sku| Machine { cores: sku.cores, skips_reserve: sku.skips_reserve }),
        instance_count: deployment.instance_count,
    }
}

fn given<T>(value: T, source: &str) -> Given<T> {
    Given { value, source: source.to_owned() }
}
