//! Names of endpoints and deployments.

use super::Context;
use crate::written::Spanned;
use diagnosis::{Diagnosis, spec};
use model::{DeploymentName, EndpointName, InvalidName};

pub fn endpoint(context: &Context<'_>, written: &Spanned<String>) -> EndpointName {
    let name = EndpointName::new(&written.value);
    report(context, written, "an endpoint", name.verdict());
    name
}

pub fn deployment(context: &Context<'_>, written: &Spanned<String>) -> DeploymentName {
    let name = DeploymentName::new(&written.value);
    report(context, written, "a deployment", name.verdict());
    name
}

fn report(context: &Context<'_>, written: &Spanned<String>, of: &str, verdict: Result<(), InvalidName>) {
    let label = match verdict {
        Ok(()) => return,
        Err(InvalidName::Length) => format!("3 to 32 characters, not {}", written.value.chars().count()),
        Err(InvalidName::Characters) => "a letter first; then letters, digits and single dashes".into(),
    };
    let message = format!("Azure refuses `{}` as the name of {of}", written.value);
    context.findings.add(&written.at, label, Diagnosis::error(spec::INVALID_NAME, message));
}
