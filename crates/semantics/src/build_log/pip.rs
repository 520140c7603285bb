//! What pip says.

use super::{BuildFinding, Rule};
use crate::pattern::pattern;
use regex::Captures;

pub const RULES: &[Rule] = &[conflict, missing, invalid, hashes, sources];

pattern!(CONFLICT, r"(?s)The conflict is caused by:\n(.*?)(?:\n\s*\n|\z)");
pattern!(MISSING, r"Could not find a version that satisfies the requirement (.+?) \(from versions: (.*)\)");
pattern!(INVALID, r"ERROR: Invalid requirement: '?([^'\n]+)'?");
pattern!(HASHES, r"THESE PACKAGES DO NOT MATCH THE HASHES[^\n]*\n\s*(\S+)");
pattern!(
    WHEEL,
    r"(?m)(?:Failed building wheel for|Failed to build) (?:installable wheels for some pyproject\.toml based projects \()?([A-Za-z0-9._-]+)"
);
pattern!(
    METADATA,
    r"× (?:Getting requirements to build wheel|Preparing metadata \([^)]*\)|python setup\.py egg_info) did not run successfully"
);
pattern!(COLLECTING, r"(?m)^\s*Collecting (\S+)");
pattern!(
    NO_COMPILER,
    r"(?:command|program) '?([\w./+-]*(?:gcc|g\+\+|cc|clang))'? failed: No such file|unable to execute '([^']*(?:gcc|g\+\+|cc))'"
);

pub const LOOSEN: &str =
    "loosen one of the pins, or choose versions that go together; `pip install --dry-run` tries them out";
const CHOOSE: &str = "correct the pin, or let the conda file ask for a Python for which that version exists";
const SPELL: &str = "check the spelling; a private package needs its index (--extra-index-url in the pip list)";
const SOURCES: &str =
    "pin a version that has a wheel for this Python, or install its compilers and headers in the image";

fn conflict(log: &str) -> Option<BuildFinding> {
    let found = CONFLICT.captures(log)?;
    let parts: Vec<&str> = found[1].lines().map(str::trim).collect();
    let asked = parts.iter().find_map(|part| part.strip_prefix("The user requested "));
    let what = format!("pip cannot bring the requirements together: {}", parts.join("; "));
    let finding = BuildFinding::new(what, LOOSEN);
    Some(match asked {
        Some(asked) => finding.of(asked),
        None => finding,
    })
}

fn missing(log: &str) -> Option<BuildFinding> {
    let found = MISSING.captures_iter(log).last()?;
    let (wanted, versions) = (&found[1], found[2].split(", ").collect::<Vec<_>>());
    if versions == ["none"] {
        return Some(BuildFinding::new(format!("pip finds no package for {wanted}"), SPELL).of(wanted));
    }
    if let Some(python) = wanted.split("==").nth(1).and_then(|version| other_python(log, version.trim())) {
        return Some(BuildFinding::new(format!("{wanted} is for another Python ({python})"), CHOOSE).of(wanted));
    }
    let newest = versions[versions.len().saturating_sub(NEWEST)..].join(", ");
    let what = format!("pip finds no {wanted} for this Python; the newest there are: {newest}");
    Some(BuildFinding::new(what, CHOOSE).of(wanted))
}

/// So many versions are named.
const NEWEST: usize = 5;

/// Of a version that pip passed over: what it asks of Python.
fn other_python<'a>(log: &'a str, version: &str) -> Option<&'a str> {
    let ignored =
        log.lines().find(|line| line.contains("Ignored the following versions that require a different python"))?;
    let entries = ignored.split(": ").nth(2)?.split("; ");
    let mut own = entries.filter_map(|entry| entry.strip_prefix(version)?.strip_prefix(' '));
    own.next()
}

fn invalid(log: &str) -> Option<BuildFinding> {
    let found = INVALID.captures(log)?;
    let what = format!("`{}` is no requirement that pip understands", &found[1]);
    Some(BuildFinding::new(what, "a pin is written NAME==VERSION in a pip list").of(&found[1]))
}

fn hashes(log: &str) -> Option<BuildFinding> {
    let found = HASHES.captures(log)?;
    let what = format!("{}: the file that was downloaded is not the one whose hash is pinned", &found[1]);
    let remedy = "pin the hash of the file that the index has, or find out who changes it on the way";
    Some(BuildFinding::new(what, remedy).of(&found[1]))
}

fn sources(log: &str) -> Option<BuildFinding> {
    let whole = |found: Captures<'_>| found[1].to_owned();
    let package = match WHEEL.captures(log).map(whole) {
        Some(package) => package,
        None => METADATA.find(log).and_then(|at| COLLECTING.captures_iter(&log[..at.start()]).last().map(whole))?,
    };
    let compiler = NO_COMPILER.captures(log).and_then(|found| found.get(1).or(found.get(2)).map(|it| it.as_str()));
    let why = compiler.map_or_else(String::new, |compiler| format!(": there is no {compiler} in the image"));
    let what = format!("{package} has no wheel for this Python, and building it from its sources fails{why}");
    Some(BuildFinding::new(what, SOURCES).of(&package))
}
