//! Faults on purpose.

use crate::printed::Printed;
use clap::{Args as Group, Subcommand, ValueEnum};
use model::Share;
use std::time::Duration;

#[derive(Debug, Group)]
pub struct Chaos {
    #[command(subcommand)]
    pub fault: Option<Fault>,
    #[arg(short, long, value_name = "ENDPOINT")]
    pub endpoint_name: Option<String>,
    #[command(flatten)]
    pub printed: Printed,
}

#[derive(Debug, Subcommand)]
pub enum Fault {
    /// Kill an instance: it is restarted, as the cloud would
    #[command(after_help = "Example: local-endpoint chaos kill -n blue --instance 1")]
    Kill(Common),
    /// Freeze an instance: its requests run into their timeout, its probes fail
    #[command(after_help = "Example: local-endpoint chaos hang --for 1m")]
    Hang(Common),
    /// Hold requests back, on the clock of request_timeout_ms
    #[command(
        after_help = "Examples:\n  local-endpoint chaos slow --delay 500ms --jitter 200ms\n  local-endpoint chaos slow --delay 10s --share \"every 3rd\""
    )]
    Slow {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        requests: Requests,
        /// How long: 500ms, 2s
        #[arg(long, default_value = "500ms", value_parser = span)]
        delay: Duration,
        /// As much more or less, by chance
        #[arg(long, default_value = "0s", value_parser = span)]
        jitter: Duration,
    },
    /// Let the probes of an instance fail: it is taken out, then restarted
    #[command(after_help = "Example: local-endpoint chaos probe-fail --probe readiness --for 6m")]
    ProbeFail {
        #[command(flatten)]
        common: Common,
        #[arg(long, default_value = "both")]
        probe: Probes,
    },
    /// Take an instance's memory until the kernel kills it (container engines)
    #[command(after_help = "Example: local-endpoint chaos oom -n blue")]
    Oom(Common),
    /// Lose the answers of the container: it has worked, and nobody hears of it
    #[command(after_help = "Example: local-endpoint chaos drop --share 30% --seed 7")]
    Drop {
        #[command(flatten)]
        common: Common,
        #[command(flatten)]
        requests: Requests,
    },
    /// End faults now
    #[command(after_help = "Example: local-endpoint chaos stop slow-1")]
    Stop {
        /// As they were printed; by default all of the endpoint
        #[arg(value_name = "ID")]
        ids: Vec<String>,
        #[arg(short, long, value_name = "ENDPOINT")]
        endpoint_name: Option<String>,
        #[command(flatten)]
        printed: Printed,
    },
}

#[derive(Debug, Group)]
pub struct Common {
    #[arg(short, long, value_name = "ENDPOINT")]
    pub endpoint_name: Option<String>,
    /// By default the only one
    #[arg(short, long, value_name = "DEPLOYMENT")]
    pub name: Option<String>,
    /// By default one that the seed chooses; of slow and drop, every one
    #[arg(long, value_name = "N")]
    pub instance: Option<u32>,
    /// How long at most, up to 10m
    #[arg(long = "for", value_name = "TIME", default_value = "30s", value_parser = span)]
    pub lasts: Duration,
    /// Equal seeds hit equal instances, and requests of equal numbers
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    #[command(flatten)]
    pub printed: Printed,
}

#[derive(Debug, Group)]
pub struct Requests {
    /// Which requests: 30%, or "every 3rd"
    #[arg(long, default_value = "100%")]
    pub share: Share,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Probes {
    Both,
    /// And the startup probe
    Liveness,
    Readiness,
}

/// `500ms`, `10s`, `2m`; to the millisecond
pub fn span(text: &str) -> Result<Duration, String> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number: f64 = text[..text.len() - unit.len()].parse().map_err(|_| "write 10s or 2m")?;
    let seconds = match unit {
        "ms" => number / 1000.0,
        "s" | "" => number,
        "m" => number * 60.0,
        _ => return Err("write 10s or 2m".into()),
    };
    Duration::try_from_secs_f64((seconds * 1000.0).round() / 1000.0).map_err(|error| error.to_string())
}
