//! Secret references of `environment_variables`: what `[secrets]` of the overlay says they stand for.

use super::Context;
use crate::findings::By;
use crate::paths;
use crate::tree::{Entry, Node};
use diagnosis::{Diagnosis, spec};
use semantics::secret::{SecretValue, read};

/// The value that the container gets; `None`: the reason was said, without a value in it.
pub fn resolved(context: &Context<'_>, entry: &Entry, value: String) -> Option<String> {
    match read(&value) {
        SecretValue::Text => Some(value),
        SecretValue::Reference(reference) => mapped(context, entry, reference),
        SecretValue::Malformed(why) => {
            let message = format!("variable `{}`: `{value}` is no reference to a secret", entry.name());
            let found = Diagnosis::error(spec::SECRETS_INJECTION, message).remedy(why);
            context.findings.add_by(By::Service, &entry.value.at, "malformed", found);
            None
        }
        SecretValue::Embedded(reference) => {
            let message = format!("variable `{}`: `{reference}` stands in a longer value", entry.name());
            let found = Diagnosis::warning(spec::SECRET_EMBEDDED, message + ": the container gets the text as it is");
            context.findings.add_by(By::Service, &entry.value.at, "not replaced", found);
            Some(value)
        }
    }
}

fn mapped(context: &Context<'_>, entry: &Entry, reference: &str) -> Option<String> {
    let not_mapped = |what: String, remedy: String| {
        let message = format!("variable `{}`: {what}", entry.name());
        let found = Diagnosis::error(spec::SECRETS_INJECTION, message).caused_by(spec::SECRET_NOT_MAPPED);
        context.findings.add_by(By::Local, &entry.value.at, "not on this machine", found.remedy(remedy));
    };
    let Some(node) = context.overlay.find("secrets", &keys(reference)) else {
        let line = format!("\"{reference}\" = {{ env = \"{}\" }}", entry.name());
        let remedy = format!("add to local-endpoint.toml:\n      [secrets]\n      {line}");
        not_mapped(format!("nothing says what `{reference}` stands for on this machine"), remedy);
        return None;
    };
    let remedy = || format!("mend [secrets] of local-endpoint.toml, or say --env {}=VALUE", entry.name());
    value(node).map_err(|why| not_mapped(format!("`{reference}`: {why}"), remedy())).ok()
}

/// As written; of a vault's secret also without its version, which then means any.
fn keys(reference: &str) -> Vec<String> {
    let bare = reference.strip_prefix("keyvault:").unwrap_or(reference);
    let versionless = match bare.split('/').collect::<Vec<_>>()[..] {
        ["https:", "", host, "secrets", name, _] => Some(format!("https://{host}/secrets/{name}")),
        _ => None,
    };
    let with_prefix = versionless.iter().map(|it| format!("keyvault:{it}")).collect::<Vec<_>>();
    [vec![reference.to_owned(), bare.to_owned()], with_prefix, versionless.into_iter().collect()].concat()
}

fn value(node: &Node) -> Result<String, String> {
    if let Some(text) = node.text() {
        return Ok(text.to_owned());
    }
    let named = |key: &str| node.get(key).and_then(Node::text);
    match (named("env"), named("file")) {
        (Some(name), None) => std::env::var(name).map_err(|_| format!("the variable {name} is not set here")),
        (None, Some(path)) => file(node, path),
        _ => Err("write either `env` or `file`".to_owned()),
    }
}

fn file(node: &Node, path: &str) -> Result<String, String> {
    let path = paths::absolute(node.at.source.folder(), path);
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", paths::shown(&path).display()))?;
    Ok(text.strip_suffix('\n').map_or(text.as_str(), |it| it.strip_suffix('\r').unwrap_or(it)).to_owned())
}
