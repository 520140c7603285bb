//! `--summary`: Markdown, added to the file, as $GITHUB_STEP_SUMMARY wants it.

use super::report::After;
use crate::exit::Code;
use crate::tables;
use diagnosis::{Diagnosis, local};
use model::{
    DeploymentDocument, DeploymentMeters, DeploymentName, EndpointDocument, EndpointName, Histogram, InstanceMemory,
};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

const HEAD: &str = "| deployment | requests | answers | p50 | p95 | request_timeout_ms | slowest start | Azure kills a start at | most memory |\n\
                    |---|---:|---|---:|---:|---:|---:|---:|---:|\n";

/// Opened before anything starts: who asks for it in vain learns that first.
#[derive(Debug)]
pub struct Summary {
    path: PathBuf,
    file: File,
}

impl Summary {
    pub fn open(path: &Path) -> Result<Self, Diagnosis> {
        let opened = OpenOptions::new().append(true).create(true).open(path);
        opened.map(|file| Self { path: path.to_owned(), file }).map_err(|error| unwritable(path, &error))
    }

    pub fn add(&mut self, text: &str) -> Result<(), Diagnosis> {
        self.file.write_all(text.as_bytes()).map_err(|error| unwritable(&self.path, &error))
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> Diagnosis {
    Diagnosis::error(local::SUMMARY_UNWRITABLE, format!("{}: {error}", path.display()))
}

impl After {
    pub fn text(&self, endpoints: &[EndpointDocument], memory: &[InstanceMemory], code: Code) -> String {
        let parts = endpoints.iter().map(|endpoint| self.endpoint(endpoint, memory));
        format!("### `{}` ended with {}\n\n{}", self.command, code.0, parts.collect::<String>())
    }

    fn endpoint(&self, endpoint: &EndpointDocument, memory: &[InstanceMemory]) -> String {
        let name = EndpointName::new(&endpoint.name);
        let Some(now) = self.now.endpoints.get(&name) else { return String::new() };
        let before = self.before.endpoints.get(&name).map(|before| before.meters.clone()).unwrap_or_default();
        let asked = now.meters.since(&before);
        let rows = endpoint.deployments.iter().map(|deployment| {
            let counted = asked.deployments.get(&DeploymentName::new(&deployment.name)).cloned().unwrap_or_default();
            let timeout = now.limits.get(&deployment.name).map(|limits| limits.request_timeout_ms.to_string());
            let of_it = |it: &&InstanceMemory| it.endpoint == endpoint.name && it.deployment == deployment.name;
            let most = memory.iter().filter(of_it).max_by_key(|it| it.peak_bytes);
            row(deployment, &counted, timeout, most)
        });
        let table = format!("**{}**\n\n{HEAD}{}", endpoint.name, rows.collect::<String>());
        if asked.unrouted.is_empty() {
            return table + "\n";
        }
        format!("{table}\nReached no deployment: {}\n\n", tables::answers(&asked.unrouted))
    }
}

fn row(
    deployment: &DeploymentDocument,
    counted: &DeploymentMeters,
    timeout: Option<String>,
    most: Option<&InstanceMemory>,
) -> String {
    let starts = deployment.instances.iter().filter_map(|instance| instance.start.as_ref());
    let slowest = starts.max_by_key(|start| start.took_ms);
    let seconds = |milliseconds: u64| format!("{:.1} s", milliseconds as f64 / 1000.0);
    let cells = [
        deployment.name.clone(),
        counted.ended().to_string(),
        tables::answers(&counted.answers),
        time(&counted.latency, 50.0),
        time(&counted.latency, 95.0),
        timeout.unwrap_or_default(),
        slowest.map(|start| format!("{} ({})", seconds(start.took_ms), start.verdict)).unwrap_or_default(),
        slowest.map(|start| seconds(start.killed_at_ms)).unwrap_or_default(),
        most.map_or_else(|| "-".to_owned(), used),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// Of the limit, which is the instance type's; of processes nobody tells.
fn used(memory: &InstanceMemory) -> String {
    let mebibytes = |bytes: u64| format!("{} MiB", bytes >> 20);
    match (memory.peak_bytes, memory.limit_bytes) {
        (Some(peak), Some(limit)) => format!("{} of {}", mebibytes(peak), mebibytes(limit)),
        (Some(peak), None) => mebibytes(peak),
        (None, _) => "-".to_owned(),
    }
}

fn time(times: &Histogram, percent: f64) -> String {
    times.percentile(percent).map_or_else(|| "-".to_owned(), |time| format!("{:.1} ms", time.as_secs_f64() * 1000.0))
}
