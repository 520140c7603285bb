//! How long things took, by size: a percentile of it is at most 1/32 too long.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Up to here every microsecond has a bucket of its own.
const EXACT: u64 = 1 << 6;
/// Buckets of every doubling above.
const PARTS: u64 = EXACT / 2;
/// Doublings above `EXACT`: the last bucket begins at 71 minutes.
const DOUBLINGS: u64 = 26;

pub const BUCKETS: usize = (EXACT + DOUBLINGS * PARTS) as usize;

/// The bucket of so many microseconds; whatever is longer than the last bucket is in it.
pub fn bucket(us: u64) -> usize {
    if us < EXACT {
        return us as usize;
    }
    let doubling = u64::from(us.ilog2() - EXACT.ilog2());
    let part = (us >> (doubling + 1)) - PARTS;
    ((EXACT + doubling * PARTS + part) as usize).min(BUCKETS - 1)
}

/// The longest time that is in the bucket, in microseconds.
fn longest(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    if bucket < EXACT {
        return bucket;
    }
    let (doubling, part) = ((bucket - EXACT) / PARTS, (bucket - EXACT) % PARTS);
    ((PARTS + part + 1) << (doubling + 1)) - 1
}

/// Counts by bucket; empty ones are not there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram {
    counts: BTreeMap<usize, u64>,
    sum_us: u64,
}

impl Histogram {
    pub fn of(counts: impl Iterator<Item = (usize, u64)>, sum_us: u64) -> Self {
        Self { counts: counts.filter(|(_, count)| *count > 0).collect(), sum_us }
    }

    pub fn record(&mut self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        *self.counts.entry(bucket(us)).or_default() += 1;
        self.sum_us = self.sum_us.saturating_add(us);
    }

    pub fn count(&self) -> u64 {
        self.counts.values().sum()
    }

    pub fn sum(&self) -> Duration {
        Duration::from_micros(self.sum_us)
    }

    /// `None` where nothing was counted.
    pub fn mean(&self) -> Option<Duration> {
        self.sum_us.checked_div(self.count()).map(Duration::from_micros)
    }

    /// The time that so many in a hundred did not exceed; `None` where nothing was counted.
    pub fn percentile(&self, percent: f64) -> Option<Duration> {
        let rank = ((self.count() as f64 * percent / 100.0).ceil() as u64).max(1);
        let mut seen = 0;
        self.counts.iter().find_map(|(bucket, count)| {
            seen += count;
            (seen >= rank).then(|| Duration::from_micros(longest(*bucket)))
        })
    }

    /// How many took at most so long. Exact for powers of two, in microseconds.
    pub fn up_to(&self, us: u64) -> u64 {
        self.counts.range(..bucket(us)).map(|(_, count)| count).sum()
    }

    pub fn add(&mut self, other: &Self) {
        for (bucket, count) in &other.counts {
            *self.counts.entry(*bucket).or_default() += count;
        }
        self.sum_us = self.sum_us.saturating_add(other.sum_us);
    }

    /// What came since an earlier look at the same histogram.
    pub fn since(&self, earlier: &Self) -> Self {
        let before = |bucket: &usize| earlier.counts.get(bucket).copied().unwrap_or_default();
        let counts = self.counts.iter().map(|(bucket, count)| (*bucket, count.saturating_sub(before(bucket))));
        Self::of(counts, self.sum_us.saturating_sub(earlier.sum_us))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_in_one_bucket_and_buckets_follow_one_another() {
        for bucket_number in 0..BUCKETS - 1 {
            assert_eq!(bucket(longest(bucket_number)), bucket_number);
            assert_eq!(bucket(longest(bucket_number) + 1), bucket_number + 1);
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn a_percentile_is_at_most_a_part_too_long() {
        let mut times = Histogram::default();
        (1..=1000).for_each(|ms| times.record(Duration::from_millis(ms)));
        for (percent, exact) in [(50.0, 500_000), (90.0, 900_000), (95.0, 950_000), (99.0, 990_000), (100.0, 1_000_000)]
        {
            let found = times.percentile(percent).map_or(0, |found| found.as_micros());
            assert!((exact..exact + exact / 32).contains(&found), "{percent}: {found}");
        }
        assert_eq!((times.count(), times.mean()), (1000, Some(Duration::from_micros(500_500))));
        assert_eq!(Histogram::default().percentile(50.0), None);
    }

    #[test]
    fn what_came_since_is_the_difference() {
        let mut early = Histogram::default();
        early.record(Duration::from_micros(7));
        let mut late = early.clone();
        late.record(Duration::from_millis(3));
        late.record(Duration::from_micros(7));
        let since = late.since(&early);
        assert_eq!((since.count(), since.sum()), (2, Duration::from_micros(3007)));
        assert_eq!((since.up_to(8), since.up_to(1 << 11), since.up_to(1 << 12)), (1, 1, 2));
        early.add(&since);
        assert_eq!(early, late);
    }
}
