//! Probes, back-off and event texts.

use crate::table::{equal, run};
use model::{Probe, TimeScale};
use semantics::probe::{self, Kind, Schedule};
use serde::Deserialize;
use std::time::Duration;

pub const TABLES: &[&str] = &["back_off", "margin", "probe", "probe_event", "probe_status", "time_scale"];

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Which {
    Startup,
    Liveness,
    Readiness,
}

impl From<Which> for Kind {
    fn from(which: Which) -> Self {
        match which {
            Which::Startup => Self::Startup,
            Which::Liveness => Self::Liveness,
            Which::Readiness => Self::Readiness,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    initial_delay: Option<u64>,
    period: Option<u64>,
    timeout: Option<u64>,
    success_threshold: Option<u32>,
    failure_threshold: Option<u32>,
}

impl Settings {
    fn probe(self) -> Probe {
        let plain = Probe::default();
        Probe {
            initial_delay: self.initial_delay.map_or(plain.initial_delay, Duration::from_secs),
            period: self.period.map_or(plain.period, Duration::from_secs),
            timeout: self.timeout.map_or(plain.timeout, Duration::from_secs),
            success_threshold: self.success_threshold.unwrap_or(plain.success_threshold),
            failure_threshold: self.failure_threshold.unwrap_or(plain.failure_threshold),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProbeRow {
    startup: Option<Settings>,
    liveness: Option<Settings>,
    readiness: Option<Settings>,
    /// `probe second ok|fails [times N]`: each time the answer comes when the probe is due, or at the second given.
    answers: Vec<String>,
    /// Transitions with the second of the answer that made them.
    expected: Vec<String>,
    /// When each probe is due after all that, in seconds; absent: it is blocked or rests.
    next_startup: Option<u64>,
    next_liveness: Option<u64>,
    next_readiness: Option<u64>,
}

#[test]
fn probes() {
    run("probe", |row: ProbeRow| {
        let probe = |settings: Option<Settings>| settings.map(Settings::probe);
        let (liveness, readiness) = (probe(row.liveness), probe(row.readiness));
        let mut schedule =
            Schedule::new(probe(row.startup), liveness.unwrap_or_default(), readiness.unwrap_or_default(), 0);
        let found: Vec<_> = row.answers.iter().flat_map(|answer| play(&mut schedule, answer)).collect();
        equal(found, row.expected)?;
        let due = |kind| schedule.next_due(kind).map(|ms| ms / 1000);
        let found = (due(Kind::Startup), due(Kind::Liveness), due(Kind::Readiness));
        equal(found, (row.next_startup, row.next_liveness, row.next_readiness))
    });
}

fn play(schedule: &mut Schedule, answer: &str) -> Vec<String> {
    let words: Vec<_> = answer.split(' ').collect();
    let kind = match words[0] {
        "startup" => Kind::Startup,
        "liveness" => Kind::Liveness,
        _ => Kind::Readiness,
    };
    let times = words.iter().position(|word| *word == "times").map_or(1, |at| words[at + 1].parse().expect("times"));
    let second = |schedule: &Schedule| match words[1] {
        "due" => schedule.next_due(kind).expect("the probe is due") / 1000,
        second => second.parse().expect("a second"),
    };
    let once = |_| {
        let second = second(schedule);
        schedule.answered(kind, second * 1000, words[2] == "ok").map(|made| format!("{made:?} at {second}"))
    };
    (0..times).filter_map(once).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusRow {
    status: u16,
    expected: bool,
}

#[test]
fn statuses() {
    run("probe_status", |row: StatusRow| equal(probe::passes(row.status), row.expected));
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BackOffRow {
    /// Crashes in a row before this one.
    before: u32,
    /// Seconds that the container ran this time.
    ran: u64,
    crashes: u32,
    /// Seconds until it is started again.
    expected: u64,
}

#[test]
fn back_off() {
    run("back_off", |row: BackOffRow| {
        let crashes = probe::crashes(row.before, row.ran * 1000);
        equal((crashes, probe::delay_ms(crashes)), (row.crashes, row.expected * 1000))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventRow {
    event: String,
    /// The container, the image, or the probe.
    of: String,
    /// A status, or the address that did not answer.
    why: Option<String>,
    name: String,
    expected: String,
}

#[test]
fn events() {
    run("probe_event", |row: EventRow| {
        let made = match row.event.as_str() {
            "created" => probe::created(&row.of),
            "started" => probe::started(&row.of),
            "pulled" => probe::pulled(&row.of),
            "back off" => probe::back_off(),
            "killing, unhealthy" => probe::killing_unhealthy(&row.of, Kind::Liveness),
            "killing, not started" => probe::killing_unhealthy(&row.of, Kind::Startup),
            "killing, stop" => probe::killing_stop(&row.of),
            _ => failed(&row),
        };
        equal((made.name.to_owned(), made.message), (row.name, row.expected))
    });
}

fn failed(row: &EventRow) -> probe::PlatformEvent {
    let kind: Which = toml::Value::from(row.of.clone()).try_into().expect("a probe");
    let why = row.why.as_deref().expect("why");
    let why = why.parse().map_or_else(|_| probe::timed_out(why), probe::http_status);
    probe::probe_failed(kind.into(), &why)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MarginRow {
    startup: Option<Settings>,
    liveness: Option<Settings>,
    /// Seconds from the start of the container to its first answer.
    answered: f64,
    /// Seconds that it would install in the cloud.
    #[serde(default)]
    installing: f64,
    expected: Option<String>,
}

#[test]
fn margins() {
    run("margin", |row: MarginRow| {
        let (startup, liveness) = (row.startup.map(Settings::probe), row.liveness.map(Settings::probe));
        let seconds = Duration::from_secs_f64;
        let found = probe::margin(
            startup.as_ref(),
            &liveness.unwrap_or_default(),
            seconds(row.answered),
            seconds(row.installing),
        );
        let told = found.map(|margin| {
            let probe::Kill { asked_ms, at_ms } = margin.kill;
            let (verdict, delay) = (margin.verdict, margin.safe_initial_delay);
            format!(
                "{verdict:?}, asked last at {} s, killed at {} s, initial_delay {delay}",
                asked_ms / 1000,
                at_ms / 1000
            )
        });
        equal(told, row.expected)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleRow {
    probe: Settings,
    times: u32,
    /// Milliseconds: initial_delay, period, timeout.
    expected: [u64; 3],
}

#[test]
fn time_scales() {
    run("time_scale", |row: ScaleRow| {
        let fast = probe::faster(&row.probe.probe(), TimeScale::new(row.times).ok_or("no scale")?);
        equal([fast.initial_delay, fast.period, fast.timeout].map(|time| time.as_millis() as u64), row.expected)
    });
}
