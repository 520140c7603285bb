//! Faults on purpose: what is asked for, what goes on, and what a door does to requests meanwhile.

use crate::InstanceId;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// An instance is killed.
    Kill,
    /// An instance stands still.
    Hang,
    /// Requests wait before they reach their instance.
    Slow,
    /// Probes of an instance fail.
    ProbeFail,
    /// Memory of an instance runs out.
    Oom,
    /// The answers of instances are lost.
    Drop,
}

impl FaultKind {
    /// As it is written everywhere.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Hang => "hang",
            Self::Slow => "slow",
            Self::ProbeFail => "probe-fail",
            Self::Oom => "oom",
            Self::Drop => "drop",
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Which of the requests; written `30%` or `every 3rd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Share {
    /// 1 to 100.
    Percent(u32),
    /// From 1.
    Every(u32),
}

impl Share {
    pub const ALL: Self = Self::Percent(100);
}

impl FromStr for Share {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write 30% or \"every 3rd\"".to_owned();
        let number = |digits: &str| digits.trim().parse().ok().filter(|number| *number > 0);
        if let Some(percent) = text.trim().strip_suffix('%') {
            return number(percent).filter(|percent| *percent <= 100).map(Self::Percent).ok_or_else(wrong);
        }
        let nth = text.trim().strip_prefix("every").ok_or_else(wrong)?;
        number(nth.trim_end_matches(char::is_alphabetic)).map(Self::Every).ok_or_else(wrong)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Every(nth) => write!(f, "every {nth}{}", ending(*nth)),
        }
    }
}

fn ending(nth: u32) -> &'static str {
    match (nth % 100, nth % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

impl TryFrom<String> for Share {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Share> for String {
    fn from(share: Share) -> Self {
        share.to_string()
    }
}

/// Whose probes, or which of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Probed {
    #[default]
    Both,
    /// The startup probe, too: it is what kills until it has passed.
    Liveness,
    Readiness,
}

/// The body of `POST /v1/chaos/{endpoint}`. What does not go with the kind is not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultWanted {
    pub kind: FaultKind,
    /// `None`: the only one there is.
    #[serde(default)]
    pub deployment: Option<String>,
    /// `None`: one that the seed chooses; of requests, all of them.
    #[serde(default)]
    pub instance: Option<u32>,
    /// How long; `None`: 30 s.
    #[serde(default)]
    pub for_ms: Option<u64>,
    #[serde(default)]
    pub seed: u64,
    #[serde(default = "all")]
    pub share: Share,
    #[serde(default)]
    pub delay_ms: u64,
    #[serde(default)]
    pub jitter_ms: u64,
    #[serde(default)]
    pub probe: Probed,
}

fn all() -> Share {
    Share::ALL
}

/// One fault, while it lasts and after it has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultDocument {
    /// `slow-1`: unique in one emulator.
    pub id: String,
    pub kind: FaultKind,
    pub endpoint: String,
    pub deployment: String,
    /// `blue/0`; none: all there are.
    pub instances: Vec<String>,
    /// What it does, for people.
    pub does: String,
    pub for_ms: u64,
    /// 0: it has ended.
    pub left_ms: u64,
    /// Why it has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ended: Option<String>,
    pub seed: u64,
    /// Of slow and drop alone, as the next.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub requests: Option<FaultedRequests>,
    /// What is to be known of it beside.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub note: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultedRequests {
    pub share: Share,
    /// That came to the instances meanwhile.
    pub seen: u64,
    pub hit: u64,
}

/// The answer to all that is asked of faults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultsDocument {
    pub schema_version: u32,
    pub endpoint: String,
    pub faults: Vec<FaultDocument>,
}

/// What a door does to a request on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Held back so long, more or less by as much as the jitter.
    Slow { delay: Duration, jitter: Duration },
    /// The container's answer is lost.
    Drop,
}

/// A fault of requests, as the fleet carries it to the doors. Clones are the same fault.
#[derive(Debug, Clone)]
pub struct RequestFault {
    pub id: Arc<str>,
    pub effect: Effect,
    /// `None`: every instance.
    pub instance: Option<u32>,
    pub share: Share,
    pub seed: u64,
    /// With the fault, not with the door's own counters: it ends with it.
    pub counts: Arc<FaultCounts>,
}

#[derive(Debug, Default)]
pub struct FaultCounts {
    seen: AtomicU64,
    hit: AtomicU64,
}

impl FaultCounts {
    /// The number of this request, from 1.
    pub fn sees(&self) -> u64 {
        self.seen.fetch_add(1, Relaxed) + 1
    }

    pub fn hits(&self) {
        self.hit.fetch_add(1, Relaxed);
    }

    pub fn told(&self, share: Share) -> FaultedRequests {
        FaultedRequests { share, seen: self.seen.load(Relaxed), hit: self.hit.load(Relaxed) }
    }
}

impl PartialEq for RequestFault {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for RequestFault {}

impl RequestFault {
    pub fn meets(&self, instance: &InstanceId) -> bool {
        self.instance.is_none_or(|number| number == instance.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_written_and_read() {
        for (text, written) in
            [("30%", "30%"), ("every 3", "every 3rd"), ("every 11th", "every 11th"), ("every 2nd", "every 2nd")]
        {
            let share: Result<Share, _> = text.parse();
            assert_eq!(share.map(|share| share.to_string()), Ok(written.to_owned()));
        }
        for wrong in ["0%", "101%", "30", "every", "every 0", "every x", "", "%"] {
            assert_eq!(wrong.parse::<Share>(), Err("write 30% or \"every 3rd\"".to_owned()), "{wrong}");
        }
    }
}
