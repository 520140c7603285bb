//! Faults on purpose: how long, which instance, which requests. The rules are ours; Azure has none of them.

use model::{Probe, Share};
use std::time::Duration;

/// Nothing is broken for longer than somebody remembers.
pub const LONGEST: Duration = Duration::from_secs(600);
/// As long as a fault lasts when nobody says how long.
pub const USUAL: Duration = Duration::from_secs(30);

/// How long a fault lasts; `None`: not within what is allowed (above 0, at most [`LONGEST`]).
pub fn lasts(asked_ms: Option<u64>) -> Option<Duration> {
    let lasts = asked_ms.map_or(USUAL, Duration::from_millis);
    (!lasts.is_zero() && lasts <= LONGEST).then_some(lasts)
}

/// Whether the request of this number, from 1, is hit. Equal seeds hit equal numbers.
pub fn hits(share: Share, seed: u64, nth: u64) -> bool {
    match share {
        Share::Percent(percent) => ((mixed(seed, nth) >> 32) * 100) >> 32 < u64::from(percent),
        Share::Every(every) => nth.is_multiple_of(u64::from(every.max(1))),
    }
}

/// How long the request of this number is held back: evenly between `delay - jitter` and `delay + jitter`, whole
/// microseconds, never below zero.
pub fn held_back(delay: Duration, jitter: Duration, seed: u64, nth: u64) -> Duration {
    let least = delay.saturating_sub(jitter);
    let width = u64::try_from((delay + jitter - least).as_micros()).unwrap_or(u64::MAX);
    // Another draw than the one that hit it.
    let draw = mixed(!seed, nth) >> 32;
    least + Duration::from_micros(u64::try_from((u128::from(draw) * u128::from(width)) >> 32).unwrap_or(width))
}

/// The index of the instance that is chosen when none was named. `count`: above 0.
pub fn chosen(seed: u64, count: usize) -> usize {
    usize::try_from(mixed(seed, 0) % count.max(1) as u64).unwrap_or_default()
}

/// How long a probe, as it runs, must fail until kubelet acts: its failures in a row, a period apart, and the wait for the
/// first of them.
pub fn acts_after(probe: &Probe) -> Duration {
    probe.period * probe.failure_threshold.max(1)
}

/// SplitMix64 of the seed, `nth` steps on.
fn mixed(seed: u64, nth: u64) -> u64 {
    let mut z = seed.wrapping_add((nth.wrapping_add(1)).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
