//! Faults on purpose.

use crate::table::{equal, run};
use model::{Probe, Share};
use semantics::chaos::{acts_after, chosen, held_back, hits, lasts};
use serde::Deserialize;
use std::time::Duration;

pub const TABLES: &[&str] = &["chaos_acts_after", "chaos_chosen", "chaos_delay", "chaos_lasts", "chaos_share"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LastsRow {
    asked_ms: Option<u64>,
    /// Milliseconds; absent: refused.
    expected: Option<u64>,
}

#[test]
fn a_fault_is_bounded_in_time() {
    run("chaos_lasts", |row: LastsRow| equal(lasts(row.asked_ms), row.expected.map(Duration::from_millis)));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShareRow {
    share: Share,
    seed: u64,
    /// Those that are hit of the first 20.
    expected: Vec<u64>,
}

#[test]
fn a_share_of_the_requests_is_hit() {
    run("chaos_share", |row: ShareRow| {
        equal((1..=20).filter(|nth| hits(row.share, row.seed, *nth)).collect(), row.expected)
    });
}

#[test]
fn a_share_is_what_it_says_over_many() {
    for (percent, seed) in [(1, 0), (30, 0), (30, 7), (50, u64::MAX), (99, 3)] {
        let hit = (1..=100_000).filter(|nth| hits(Share::Percent(percent), seed, *nth)).count();
        let expected = percent as usize * 1000;
        assert!(hit.abs_diff(expected) < 500, "{percent} % of 100000 with seed {seed}: {hit}");
    }
    assert!((1..=1000).all(|nth| hits(Share::ALL, 9, nth)));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DelayRow {
    delay_ms: u64,
    jitter_ms: u64,
    seed: u64,
    /// Microseconds, of the first three.
    expected: [u64; 3],
}

#[test]
fn a_request_is_held_back() {
    run("chaos_delay", |row: DelayRow| {
        let (delay, jitter) = (Duration::from_millis(row.delay_ms), Duration::from_millis(row.jitter_ms));
        let found = [1, 2, 3].map(|nth| held_back(delay, jitter, row.seed, nth).as_micros() as u64);
        equal(found, row.expected)
    });
}

#[test]
fn jitter_stays_within_its_bounds() {
    let (delay, jitter) = (Duration::from_millis(100), Duration::from_millis(30));
    let all: Vec<_> = (1..=10_000).map(|nth| held_back(delay, jitter, 5, nth)).collect();
    assert!(all.iter().all(|held| (delay - jitter..=delay + jitter).contains(held)));
    let mean = all.iter().sum::<Duration>() / 10_000;
    assert!(mean.abs_diff(delay) < Duration::from_millis(1), "{mean:?}");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChosenRow {
    count: usize,
    /// Of the seeds 0 to 7.
    expected: [usize; 8],
}

#[test]
fn an_instance_is_chosen() {
    run("chaos_chosen", |row: ChosenRow| {
        equal([0, 1, 2, 3, 4, 5, 6, 7].map(|seed| chosen(seed, row.count)), row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActsRow {
    period: u64,
    failure_threshold: u32,
    /// Seconds.
    expected: u64,
}

#[test]
fn kubelet_acts_after_its_failures_in_a_row() {
    run("chaos_acts_after", |row: ActsRow| {
        let period = Duration::from_secs(row.period);
        let probe = Probe { period, failure_threshold: row.failure_threshold, ..Probe::default() };
        equal(acts_after(&probe).as_secs(), row.expected)
    });
}
