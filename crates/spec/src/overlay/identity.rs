//! `[identity]`: what stands in for the managed identity.

use crate::findings::Findings;
use crate::tree::{Entry, Node};
use diagnosis::{Diagnosis, spec};
use model::{Secret, TokenSource};

/// What is wrong of itself was reported by the check against the schema, and reads as nothing.
pub fn read(root: &Node, findings: &Findings) -> TokenSource {
    let Some(section) = root.entry("identity").filter(|it| it.value.is_map()) else { return TokenSource::Off };
    let [only] = section.value.entries() else {
        let found = Diagnosis::error(spec::OVERLAY_INVALID, "[identity] takes one of `token`, `command` and `env`");
        findings.add(&section.key.at, "one of the three", found);
        return TokenSource::Off;
    };
    match &*only.name() {
        "token" => word(&only.value),
        "command" => command(only, findings),
        "env" => given(only, findings),
        _ => TokenSource::Off,
    }
}

fn word(node: &Node) -> TokenSource {
    match node.text() {
        Some("az") => TokenSource::Az,
        Some("fake") => TokenSource::Fake,
        Some("machine") => TokenSource::Machine,
        _ => TokenSource::Off,
    }
}

fn command(entry: &Entry, findings: &Findings) -> TokenSource {
    let words: Vec<_> = entry.value.items().iter().filter_map(|word| Some(word.text()?.to_owned())).collect();
    if words.is_empty() {
        let found = Diagnosis::error(spec::OVERLAY_INVALID, "`command` of [identity] has no words");
        findings.add(
            &entry.value.at,
            "nothing to run",
            found.remedy("write its words: command = [\"PROGRAM\", \"WORD\"]"),
        );
        return TokenSource::Off;
    }
    TokenSource::Command(words)
}

/// The value of the variable, taken now.
fn given(entry: &Entry, findings: &Findings) -> TokenSource {
    let Some(variable) = entry.value.text() else { return TokenSource::Off };
    match std::env::var(variable).ok().filter(|token| !token.is_empty()) {
        Some(token) => TokenSource::Given { variable: variable.to_owned(), token: Secret(token) },
        None => {
            let found = Diagnosis::error(spec::OVERLAY_INVALID, format!("the variable {variable} is not set here"));
            let remedy =
                format!("export {variable} with a token in it, or write `token = \"az\"` or `token = \"fake\"`");
            findings.add(&entry.value.at, "no token", found.remedy(remedy));
            TokenSource::Off
        }
    }
}
