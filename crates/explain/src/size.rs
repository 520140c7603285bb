//! `size`: the documented instance count, line by line.

use semantics::instance_count::{Load, reserved};
use serde::Serialize;

/// Documented limit of a managed deployment.
const MANAGED_INSTANCES: u64 = 50;

/// A number, and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Given<T> {
    pub value: T,
    pub source: String,
}

/// What goes into the formula.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    pub target_rps: Given<f64>,
    /// Seconds a request.
    pub request_process_time: Given<f64>,
    pub target_utilization: Given<f64>,
    pub max_concurrent_requests_per_instance: Given<u32>,
    pub deployment: Option<Target>,
}

/// The deployment it is for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    pub name: String,
    pub managed: bool,
    pub instance_type: Option<String>,
    /// Of a managed deployment whose instance type is known.
    pub machine: Option<Machine>,
    /// As the YAML has it now.
    pub instance_count: u32,
}

/// One machine of an instance type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Machine {
    pub cores: u32,
    /// Azure keeps no fifth of these in reserve for upgrades.
    pub skips_reserve: bool,
}

/// The document of `-o json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sizing {
    pub deployment: Option<Target>,
    pub target_rps: Given<f64>,
    pub request_process_time: Given<f64>,
    pub target_utilization: Given<f64>,
    pub max_concurrent_requests_per_instance: Given<u32>,
    pub concurrent_requests: f64,
    pub instance_count: u64,
    /// vCPUs of the quota that so many instances need; `null` where the machine is not known.
    pub vcpu_needed: Option<u64>,
    pub see: String,
}

pub fn size(wanted: Wanted) -> Sizing {
    let load = Load {
        target_rps: wanted.target_rps.value,
        request_process_time: wanted.request_process_time.value,
        target_utilization: wanted.target_utilization.value,
        max_concurrent_requests_per_instance: wanted.max_concurrent_requests_per_instance.value,
    };
    let instance_count = load.instance_count();
    let machine = wanted.deployment.as_ref().and_then(|it| it.machine);
    Sizing {
        deployment: wanted.deployment,
        target_rps: wanted.target_rps,
        request_process_time: wanted.request_process_time,
        target_utilization: wanted.target_utilization,
        max_concurrent_requests_per_instance: wanted.max_concurrent_requests_per_instance,
        concurrent_requests: load.concurrent_requests(),
        instance_count,
        vcpu_needed: machine.map(|machine| counted(machine, instance_count) * u64::from(machine.cores)),
        see: diagnosis::Row::address("#how-to-calculate-instance-count"),
    }
}

/// Instances that count against the vCPU quota.
fn counted(machine: Machine, instance_count: u64) -> u64 {
    if machine.skips_reserve { instance_count } else { reserved(instance_count) }
}

/// No line end at its end.
pub fn print_size(sizing: &Sizing) -> String {
    let mut lines = vec![];
    if let Some(deployment) = &sizing.deployment {
        lines.push(format!("{}:", deployment.name));
    }
    let mut line = |name: &str, value: String, source: &str| lines.push(format!("  {name} = {value}   ({source})"));
    let (rps, seconds) = (&sizing.target_rps, &sizing.request_process_time);
    let (part, most) = (&sizing.target_utilization, &sizing.max_concurrent_requests_per_instance);
    line("requests a second", rps.value.to_string(), &rps.source);
    line("seconds a request", seconds.value.to_string(), &seconds.source);
    line("target utilization", part.value.to_string(), &part.source);
    line("max_concurrent_requests_per_instance", most.value.to_string(), &most.source);
    let concurrent = short(sizing.concurrent_requests);
    lines.push(format!("  concurrent requests = {} x {} / {} = {concurrent}", rps.value, seconds.value, part.value));
    lines.push(format!("  instance_count = ceil({concurrent} / {}) = {}", most.value, sizing.instance_count));
    if let Some(deployment) = &sizing.deployment {
        lines.extend(against(deployment, sizing));
    }
    lines.push(format!("  see {}", sizing.see));
    lines.join("\n")
}

/// What that means for the deployment as it is written.
fn against(deployment: &Target, sizing: &Sizing) -> Vec<String> {
    let (has, needs) = (u64::from(deployment.instance_count), sizing.instance_count);
    let mut lines = vec![match has >= needs {
        true => format!("  the YAML has instance_count {has}: enough"),
        false => format!("  the YAML has instance_count {has}: too few"),
    }];
    if deployment.managed && needs > MANAGED_INSTANCES {
        lines.push(format!("  a managed deployment takes at most {MANAGED_INSTANCES} instances: make a request quicker, or raise max_concurrent_requests_per_instance with WORKER_COUNT on a larger instance_type"));
    }
    if let (Some(machine), Some(kind), Some(needed)) =
        (deployment.machine, &deployment.instance_type, sizing.vcpu_needed)
    {
        let instances = match machine.skips_reserve {
            true => needs.to_string(),
            false => format!("ceil(1.2 x {needs})"),
        };
        lines.push(format!("  vCPU quota = {instances} x {} cores of {kind} = {needed}", machine.cores));
    }
    lines
}

/// Three digits behind the point, none where they are zero.
fn short(value: f64) -> String {
    ((value * 1000.0).round() / 1000.0).to_string()
}
