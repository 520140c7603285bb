//! What conda says: the solvers of its whole history, as images of any age have them.

use super::pip::LOOSEN;
use super::{BuildFinding, Rule};
use crate::pattern::pattern;

pub const RULES: &[Rule] = &[missing, unsolvable, terms, channel, cut_off, pip_failed];

pattern!(
    MISSING,
    r"(?s)(?:ResolvePackageNotFound: ?|PackagesNotFoundError: [^\n]*|NoPackagesFoundError: Packages? missing in current [^\n]*)\n\s*- ([^\n]+)"
);
pattern!(
    MISSING_IN_MAMBA,
    r"nothing provides (?:requested )?([^\n]+?)(?: needed by [^\n]+)?\n|[├└]─ (\S+(?: \S+)?) does not exist"
);
pattern!(UNSOLVABLE, r"(?s)(?:LibMambaUnsatisfiableError|UnsatisfiableError): [^\n]*\n(.*)");
pattern!(TERMS, r"CondaToSNonInteractiveError");
pattern!(CHANNEL, r"(?:CondaHTTPError|CondaSSLError|ProxyError|UnavailableInvalidChannel)\b[^\n]*?(https?://[^>\s]+)");
pattern!(PIP, r"CondaEnvException: Pip failed|CondaValueError: (?:Value error: )?pip returned an error");
pattern!(CUT_OFF, r"Installing pip dependencies: \.\.\.working\.\.\.\s*\z");

const CORRECT: &str = "correct the pin, add the channel that has it, or move it to the pip list";

fn missing(log: &str) -> Option<BuildFinding> {
    let package = match MISSING.captures(log) {
        Some(found) => found[1].trim().to_owned(),
        None => {
            MISSING_IN_MAMBA.captures(log).and_then(|found| Some(found.get(1).or(found.get(2))?.as_str().to_owned()))?
        }
    };
    Some(BuildFinding::new(format!("conda finds no {package} in its channels"), CORRECT).of(&package))
}

/// What conda and libmamba say around the packages.
const FRAME: [&str; 4] = ["Use \"conda", "Could not solve for", "The following package", "Pins seem to be"];

fn unsolvable(log: &str) -> Option<BuildFinding> {
    let found = UNSOLVABLE.captures(log)?;
    let lines = found[1].lines().map(|line| line.trim_matches([' ', '-', '├', '└', '│', '─']));
    let told = lines.filter(|line| !line.is_empty() && !FRAME.iter().any(|frame| line.starts_with(frame)));
    let parts: Vec<&str> = told.take(MOST).collect();
    let what = format!("conda cannot bring the packages together: {}", parts.join("; "));
    let asked = parts.first().map(|part| part.split(" is not ").next().unwrap_or(part));
    let asked = asked.and_then(|part| part.split(" -> ").next()).unwrap_or_default();
    Some(BuildFinding::new(what, LOOSEN).of(asked))
}

/// So many lines of the solver's say enough.
const MOST: usize = 4;

fn terms(log: &str) -> Option<BuildFinding> {
    TERMS.find(log)?;
    Some(BuildFinding::new(
        "conda asks to accept the terms of service of Anaconda's channels, and nobody is there to do it",
        "name other channels in the conda file (conda-forge and nodefaults)",
    ))
}

fn channel(log: &str) -> Option<BuildFinding> {
    let found = CHANNEL.captures(log)?;
    Some(BuildFinding::new(
        format!("conda cannot read its channel {}", found[1].trim()),
        "check the channels of the conda file, the network and the proxy; a mirror is named in your condarc",
    ))
}

/// Azure's page: a log that ends there points to a dependency that cannot be resolved.
fn cut_off(log: &str) -> Option<BuildFinding> {
    CUT_OFF.find(log)?;
    Some(BuildFinding::new(
        "the log ends while pip installs: a dependency cannot be resolved in time",
        "pin the versions in the conda file",
    ))
}

fn pip_failed(log: &str) -> Option<BuildFinding> {
    PIP.find(log)?;
    Some(BuildFinding::new(
        "the pip list of the conda file cannot be installed",
        "read the words of pip above; each line of the list can be tried with `pip install`",
    ))
}
