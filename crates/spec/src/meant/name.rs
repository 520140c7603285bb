//! Names of endpoints and deployments.

use super::Context;
use crate::findings::By;
use crate::written::Spanned;
use diagnosis::{Diagnosis, spec};
use model::{DeploymentName, EndpointName, InvalidName};

/// The name in an endpoint's own file: az's loader looks at its characters.
pub fn own_endpoint(context: &Context<'_>, written: &Spanned<String>) -> EndpointName {
    let name = EndpointName::new(&written.value);
    let by = if loads(&written.value) { By::Service } else { By::Loader };
    report(context, written, "an endpoint", name.verdict(), by);
    name
}

pub fn endpoint(context: &Context<'_>, written: &Spanned<String>) -> EndpointName {
    let name = EndpointName::new(&written.value);
    report(context, written, "an endpoint", name.verdict(), By::Service);
    name
}

pub fn deployment(context: &Context<'_>, written: &Spanned<String>) -> DeploymentName {
    let name = DeploymentName::new(&written.value);
    report(context, written, "a deployment", name.verdict(), By::Service);
    name
}

/// az's loader: `^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$`. Python's `$` lets a line end through, too.
fn loads(name: &str) -> bool {
    let name = name.strip_suffix('\n').unwrap_or(name);
    let inner = name.chars().all(|c| c == '-' || c.is_ascii_alphanumeric());
    inner && name.starts_with(|c: char| c.is_ascii_alphabetic()) && !name.ends_with('-')
}

fn report(context: &Context<'_>, written: &Spanned<String>, of: &str, verdict: Result<(), InvalidName>, by: By) {
    let label = match verdict {
        Ok(()) => return,
        Err(InvalidName::Length) => format!("3 to 32 characters, not {}", written.value.chars().count()),
        Err(InvalidName::Characters) => "a letter first; then letters, digits and single dashes".into(),
    };
    let message = format!("Azure refuses `{}` as the name of {of}", written.value);
    context.findings.add_by(by, &written.at, label, Diagnosis::error(spec::INVALID_NAME, message));
}
