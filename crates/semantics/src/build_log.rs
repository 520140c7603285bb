//! Why an environment could not be built, as the words of pip and conda tell it.

use crate::pattern::pattern;
use regex::Captures;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildFinding {
    /// One sentence that names the package.
    pub what: String,
    pub remedy: &'static str,
}

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
pattern!(CONDA_MISSING, r"(?s)(?:ResolvePackageNotFound: ?|PackagesNotFoundError: [^\n]*)\n\s*- (\S+)");
pattern!(CONDA_UNSOLVABLE, r"(?s)(?:LibMambaUnsatisfiableError|UnsatisfiableError): [^\n]*\n\s*(?:-\s*)?([^\n]+)");
pattern!(CONDA_PIP, r"CondaEnvException: Pip failed");
pattern!(CUT_OFF, r"Installing pip dependencies: \.\.\.working\.\.\.\s*\z");

const LOOSEN: &str =
    "loosen one of the pins, or choose versions that go together; `pip install --dry-run` tries them out";
const CHOOSE: &str = "correct the pin, or let the conda file ask for a Python for which that version exists";
const SPELL: &str = "check the spelling; a private package needs its index (--extra-index-url in the pip list)";
const SOURCES: &str =
    "pin a version that has a wheel for this Python, or install its compilers and headers in the image";
const CONDA: &str = "correct the pin, add the channel that has it, or move it to the pip list";

/// `None`: no words that are known.
pub fn explain(log: &str) -> Option<BuildFinding> {
    let pip = [conflict, missing, invalid, hashes, sources];
    let conda = [conda_missing, conda_unsolvable, cut_off, conda_pip];
    let found = pip.iter().chain(&conda).find_map(|rule| rule(log));
    found.map(|(what, remedy)| BuildFinding { what, remedy })
}

type Told = Option<(String, &'static str)>;

fn conflict(log: &str) -> Told {
    let found = CONFLICT.captures(log)?;
    let parts: Vec<&str> = found[1].lines().map(str::trim).collect();
    Some((format!("pip cannot bring the requirements together: {}", parts.join("; ")), LOOSEN))
}

fn missing(log: &str) -> Told {
    let found = MISSING.captures_iter(log).last()?;
    let (wanted, versions) = (&found[1], found[2].split(", ").collect::<Vec<_>>());
    if versions == ["none"] {
        return Some((format!("pip finds no package for {wanted}"), SPELL));
    }
    if let Some(python) = wanted.split("==").nth(1).and_then(|version| other_python(log, version.trim())) {
        return Some((format!("{wanted} is for another Python ({python})"), CHOOSE));
    }
    let newest = versions[versions.len().saturating_sub(NEWEST)..].join(", ");
    Some((format!("pip finds no {wanted} for this Python; the newest there are: {newest}"), CHOOSE))
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

fn invalid(log: &str) -> Told {
    let found = INVALID.captures(log)?;
    Some((
        format!("`{}` is no requirement that pip understands", &found[1]),
        "a pin is written NAME==VERSION in a pip list",
    ))
}

fn hashes(log: &str) -> Told {
    let found = HASHES.captures(log)?;
    let what = format!("{}: the file that was downloaded is not the one whose hash is pinned", &found[1]);
    Some((what, "pin the hash of the file that the index has, or find out who changes it on the way"))
}

fn sources(log: &str) -> Told {
    let whole = |found: Captures<'_>| found[1].to_owned();
    let package = match WHEEL.captures(log).map(whole) {
        Some(package) => package,
        None => METADATA.find(log).and_then(|at| COLLECTING.captures_iter(&log[..at.start()]).last().map(whole))?,
    };
    let compiler = NO_COMPILER.captures(log).and_then(|found| found.get(1).or(found.get(2)).map(|it| it.as_str()));
    let why = compiler.map_or_else(String::new, |compiler| format!(": there is no {compiler} in the image"));
    Some((format!("{package} has no wheel for this Python, and building it from its sources fails{why}"), SOURCES))
}

fn conda_missing(log: &str) -> Told {
    let found = CONDA_MISSING.captures(log)?;
    Some((format!("conda finds no {} in its channels", &found[1]), CONDA))
}

fn conda_unsolvable(log: &str) -> Told {
    let found = CONDA_UNSOLVABLE.captures(log)?;
    Some((format!("conda cannot bring the packages together: {}", found[1].trim()), LOOSEN))
}

/// Azure's page: a log that ends there points to a dependency that cannot be resolved.
fn cut_off(log: &str) -> Told {
    CUT_OFF.find(log)?;
    Some((
        "the log ends while pip installs: a dependency cannot be resolved in time".to_owned(),
        "pin the versions in the conda file",
    ))
}

fn conda_pip(log: &str) -> Told {
    CONDA_PIP.find(log)?;
    Some((
        "the pip list of the conda file cannot be installed".to_owned(),
        "read the words of pip above; each line of the list can be tried with `pip install`",
    ))
}
