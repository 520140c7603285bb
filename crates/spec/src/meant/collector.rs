//! `data_collector` as meant.

use crate::written::collector::CollectorWritten;
use model::{DataCollector, RollingRate, SamplingRate};

/// `None`: nothing is collected.
pub fn collector(written: Option<&CollectorWritten>) -> Option<DataCollector> {
    let written = written.filter(|it| !it.enabled.is_empty())?;
    Some(DataCollector {
        collections: written.enabled.iter().map(|name| name.to_lowercase()).collect(),
        sampling_rate: written.sampling_rate.map_or(SamplingRate::ALL, SamplingRate::of),
        rolling_rate: match written.rolling_rate.as_ref().map(|it| it.value) {
            Some("minute") => RollingRate::Minute,
            Some("day") => RollingRate::Day,
            _ => RollingRate::Hour,
        },
        capture_headers: written.capture_headers.clone(),
    })
}
