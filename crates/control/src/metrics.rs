//! The meters as Prometheus reads them (text format 0.0.4). Written here: the values are counted elsewhere, and a
//! library would want to keep them itself.

mod azure;
mod table;

pub use azure::azure;
use model::{EndpointMeters, EndpointName, MetersDocument};
use std::fmt::Write;
pub use table::{AZURE, AzureMetric, Kind, METRICS, Metric};

pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// One value, its labels beside those of its endpoint.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Behind the metric's name: `_bucket`, `_sum`, `_count`.
    pub suffix: &'static str,
    pub labels: Vec<(&'static str, String)>,
    pub value: f64,
}

pub fn text(document: &MetersDocument) -> String {
    let mut text = String::new();
    for metric in METRICS {
        let kind = metric.kind.word();
        let _ = writeln!(text, "# HELP {} {}\n# TYPE {0} {kind}", metric.name, metric.help);
        for (endpoint, meters) in &document.endpoints {
            (metric.samples)(meters).iter().for_each(|sample| line(&mut text, metric, endpoint, sample));
        }
    }
    let dropped = document.traffic_log_dropped;
    let _ = writeln!(text, "# HELP {DROPPED} {DROPPED_HELP}\n# TYPE {DROPPED} counter\n{DROPPED} {dropped}");
    text
}

/// Of the emulator as a whole.
pub const DROPPED: &str = "local_endpoint_traffic_log_dropped_lines_total";
pub const DROPPED_HELP: &str = "Lines of the traffic log that the disk did not take.";

fn line(text: &mut String, metric: &Metric, endpoint: &EndpointName, sample: &Sample) {
    let _ = write!(text, "{}{}{{endpoint=\"{}\"", metric.name, sample.suffix, escaped(endpoint.as_str()));
    for (name, value) in &sample.labels {
        let _ = write!(text, ",{name}=\"{}\"", escaped(value));
    }
    let _ = writeln!(text, "}} {}", sample.value);
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// What one metric says of an endpoint.
pub(crate) type Samples = fn(&EndpointMeters) -> Vec<Sample>;
