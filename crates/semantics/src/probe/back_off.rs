//! How long a container that ended waits before it is started again.

const FIRST_MS: u64 = 10_000;
const LONGEST_MS: u64 = 300_000;
const FORGIVEN_MS: u64 = 600_000;

/// Crashes in a row after one more: a run of ten minutes forgives what was before it.
pub fn crashes(before: u32, ran_ms: u64) -> u32 {
    if ran_ms >= FORGIVEN_MS { 1 } else { before.saturating_add(1) }
}

/// At once after the first crash, then 10 s, doubling up to 300 s.
pub fn delay_ms(crashes: u32) -> u64 {
    match crashes {
        0 | 1 => 0,
        more => LONGEST_MS.min(FIRST_MS << (more - 2).min(5)),
    }
}
