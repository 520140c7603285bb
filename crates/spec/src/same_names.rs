//! Two files of one name: nobody can say which is meant.

use crate::meant::Context;
use crate::paths;
use crate::written::Spanned;
use crate::written::deployment::DeploymentWritten;
use crate::written::endpoint::EndpointWritten;
use diagnosis::{Diagnosis, quoted, spec};
use std::path::Path;

struct Named<'a> {
    name: &'a Spanned<String>,
    /// "endpoint", or "deployment" and the name of its endpoint.
    below: (&'static str, String),
    file: &'a Path,
}

pub fn same_names(
    context: &Context<'_>,
    endpoints: &[(EndpointWritten, &Path)],
    deployments: &[(DeploymentWritten, &Path)],
) {
    let endpoints = endpoints
        .iter()
        .filter_map(|(it, file)| Some(Named { name: it.name.as_ref()?, below: ("endpoint", String::new()), file }));
    let deployments = deployments.iter().filter_map(|(it, file)| {
        let below = ("deployment", it.endpoint_name.as_ref()?.value.to_lowercase());
        Some(Named { name: it.name.as_ref()?, below, file })
    });
    let all: Vec<Named<'_>> = endpoints.chain(deployments).collect();
    for (index, later) in all.iter().enumerate() {
        let same = |it: &&Named<'_>| it.below == later.below && it.name.value.eq_ignore_ascii_case(&later.name.value);
        if let Some(first) = all[..index].iter().find(same) {
            report(context, &all, first, later);
        }
    }
}

fn report(context: &Context<'_>, all: &[Named<'_>], first: &Named<'_>, later: &Named<'_>) {
    let shown = |it: &Named<'_>| paths::shown(it.file).display().to_string();
    let (one, other) = (shown(first), shown(later));
    let message = format!("{} `{}` is described twice: {one} and {other}", later.below.0, later.name.value);
    let line = |without: &str| {
        let files: Vec<String> =
            all.iter().map(shown).filter(|file| file != without).map(|file| format!("-f {}", quoted(&file))).collect();
        format!("      local-endpoint up {}", files.join(" "))
    };
    let remedy = format!("choose one:\n{}\n{}", line(&other), line(&one));
    context.findings.add(
        &later.name.at,
        "the same name again",
        Diagnosis::error(spec::DUPLICATE_NAME, message).remedy(remedy),
    );
}
