//! An environment's block: image and conda file, or a build, and the routes of an own server.

use super::{Context, conda};
use crate::findings::By;
use crate::paths;
use crate::placeholder::placeholder;
use crate::written::Spanned;
use crate::written::assets::{BuildWritten, CondaWritten, EnvironmentWritten, RouteWritten};
use diagnosis::{Diagnosis, spec};
use model::{AssetRef, Environment, EnvironmentSource, InferenceConfig, Route};
use std::path::{Component, Path};

pub fn environment(context: &Context<'_>, written: &EnvironmentWritten, reference: AssetRef) -> Option<Environment> {
    contradictions(context, written);
    let inference_config = written.inference.as_ref().map(|routes| inference(context, routes));
    let source = match (&written.image, &written.build) {
        (Some(image), _) => image_source(context, image, written.conda.as_ref()),
        (None, Some(build)) => build_source(context, build),
        (None, None) => {
            if !written.is_conda {
                nothing_to_run(context, written);
            }
            None
        }
    };
    Some(Environment { reference, source: source?, inference_config: inference_config.flatten() })
}

/// An image of the overlay, with a conda file or without.
pub fn of_image(
    context: &Context<'_>,
    image: &Spanned<String>,
    conda: Option<&CondaWritten>,
    reference: AssetRef,
) -> Option<Environment> {
    Some(Environment { reference, source: image_source(context, image, conda)?, inference_config: None })
}

fn image_source(
    context: &Context<'_>,
    image: &Spanned<String>,
    conda: Option<&CondaWritten>,
) -> Option<EnvironmentSource> {
    no_image(context, image);
    let conda = match conda {
        Some(conda) => Some(conda::conda(context, conda)?),
        None => None,
    };
    let local = context.overlay.image(&image.value).map_or_else(|| image.value.clone(), |mapped| mapped.value);
    Some(EnvironmentSource::Image { image: local, written: image.value.clone(), conda })
}

/// az loads it, and no registry has such an image.
fn no_image(context: &Context<'_>, image: &Spanned<String>) {
    let refused = |message: String, label: &str, remedy: String| {
        let found = Diagnosis::error(spec::INVALID_VALUE, message);
        let evidence = "documented: the characters of an image's name (distribution reference); az itself loads it";
        context.refused(&image.at, label, found.fact("evidence", evidence).remedy(remedy));
    };
    if let Some(left) = placeholder(&image.value) {
        let message = format!("the image has an unfilled placeholder: `{left}`");
        refused(message, "fill it in", format!("write the value in place of `{left}`"));
    } else if image.value.contains(['<', '{']) || image.value.trim().is_empty() {
        let message = format!("`{}` is no image name", image.value);
        refused(message, "no image name", "write REGISTRY/NAME:TAG".to_owned());
    }
}

fn contradictions(context: &Context<'_>, written: &EnvironmentWritten) {
    if let (Some(image), Some(_)) = (&written.image, &written.build) {
        let found = Diagnosis::error(spec::SERVICE_REFUSES, "an environment has `image` or `build`, not both");
        let found = found.fact("evidence", "azure-ai-ml refuses it when it sends the environment");
        context.findings.add(&image.at, "and `build` as well", found.remedy("remove one of the two"));
    }
    if let Some(os) = written.os_type.as_ref().filter(|os| os.value == "windows") {
        context.error(&os.at, "only linux runs here", spec::NOT_SUPPORTED, "Windows containers do not run here");
    }
}

fn nothing_to_run(context: &Context<'_>, written: &EnvironmentWritten) {
    let message = match &written.name {
        Some(name) => format!("environment `{}` has neither `image` nor `build`", name.value),
        None => "the environment has neither `image` nor `build`".into(),
    };
    let found = Diagnosis::error(spec::MISSING_FIELD, message);
    context.refused(&written.at, "`image` or `build` belongs in here", found);
}

fn build_source(context: &Context<'_>, build: &BuildWritten) -> Option<EnvironmentSource> {
    let Some(path) = &build.path else {
        let found = Diagnosis::error(spec::MISSING_FIELD, "`path` is missing from build");
        context.refused(&build.at, "`path` belongs in here", found);
        return None;
    };
    if paths::is_remote(&path.value) {
        let by = if path.value.starts_with("http") { By::Local } else { By::Loader };
        let found =
            Diagnosis::error(spec::NOT_SUPPORTED, format!("build path `{}` is not on this machine", path.value));
        context.findings.add_by(by, &path.at, "expected a local folder", found.remedy("fetch it, and write its path"));
        return None;
    }
    let folder = context.existing(path, By::Loader, spec::PATH_NOT_FOUND, "the build folder is missing")?;
    let dockerfile = match &build.dockerfile {
        Some(written) => within(context, written)?,
        None => "Dockerfile".to_owned(),
    };
    if !folder.join(&dockerfile).is_file() {
        dockerfile_missing(context, build.dockerfile.as_ref().unwrap_or(path), &folder, &dockerfile);
        return None;
    }
    Some(EnvironmentSource::Build { context: folder, dockerfile })
}

/// As builders name it: `./docker/Dockerfile` is `docker/Dockerfile`.
fn within(context: &Context<'_>, written: &Spanned<String>) -> Option<String> {
    let clean = paths::clean(Path::new(&written.value));
    if matches!(clean.components().next(), Some(Component::Normal(_))) {
        return Some(clean.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"));
    }
    let message = format!("dockerfile_path `{}` is not in the build folder", written.value);
    let found = Diagnosis::error(spec::SERVICE_REFUSES, message)
        .fact("evidence", "documented: a relative path within the build context, which alone is uploaded")
        .remedy("move the Dockerfile into the build folder, and write its path from there");
    context.refused(&written.at, "leads out of the build folder", found);
    None
}

fn dockerfile_missing(context: &Context<'_>, written: &Spanned<String>, folder: &Path, dockerfile: &str) {
    let found = Diagnosis::error(spec::PATH_NOT_FOUND, format!("there is no `{dockerfile}` in the build folder"));
    let found = found.fact("looked for", paths::shown(&folder.join(dockerfile)).display().to_string());
    let found = match paths::meant(folder, folder, dockerfile) {
        Some(meant) => found.remedy(format!("dockerfile_path is relative to the build folder: write `{meant}`")),
        None => found.remedy("dockerfile_path is relative to the build folder; default Dockerfile"),
    };
    context.findings.add(&written.at, "nothing is there", found);
}

fn inference(context: &Context<'_>, routes: &[Option<RouteWritten>; 3]) -> Option<InferenceConfig> {
    let [liveness, readiness, scoring] = routes.each_ref().map(|it| it.as_ref().and_then(|it| route(context, it)));
    Some(InferenceConfig { liveness_route: liveness?, readiness_route: readiness?, scoring_route: scoring? })
}

fn route(context: &Context<'_>, written: &RouteWritten) -> Option<Route> {
    let port = u16::try_from(written.port.value).ok().filter(|port| *port > 0);
    if port.is_none() {
        let message = format!("{} is no port", written.port.value);
        context.error(&written.port.at, "expected 1 to 65535", spec::SERVICE_REFUSES, message);
    }
    let path = &written.path.value;
    let path = if path.starts_with('/') { path.clone() } else { format!("/{path}") };
    Some(Route { port: port?, path })
}
