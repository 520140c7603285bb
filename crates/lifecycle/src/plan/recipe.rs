//! How a deployment's environment is made, for either engine.

use super::conda::{Translation, has_inference_server, local_lines, translate};
use super::conda_document;
use diagnosis::{Diagnosis, Place, engine as engine_rows, plan};
use engine::{EngineKind, Pull, Recipe};
use model::{CondaFile, Deployment, EnvironmentSource, NoCode, PullPolicy, RunOptions};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The one file that pins the inference server and what it runs on.
const PINS: &str = include_str!("../../../../docker/inference/requirements.txt");
const SERVER: &str = "azureml-inference-server-http";

#[derive(Debug, Clone)]
pub struct EnvironmentPlan {
    /// What to prepare first; for a conda file in a container, `derived` comes on top of it.
    pub recipe: Recipe,
    pub conda: Option<CondaPlan>,
    /// What a person is told: the image or the kind of environment.
    pub name: String,
    pub notes: Vec<Diagnosis>,
}

/// A conda file for either way: by the base's own conda, or by pip.
#[derive(Debug, Clone)]
pub struct CondaPlan {
    pub translation: Translation,
    /// The file that the base's conda gets.
    pub document: String,
    /// What pip cannot do of what conda would.
    pub unfaithful: Option<Diagnosis>,
}

/// What the engine must make ready, and what of the YAML is lost by it.
pub fn environment(
    deployment: &Deployment,
    kind: EngineKind,
    options: &RunOptions,
) -> Result<EnvironmentPlan, Diagnosis> {
    match &deployment.environment.source {
        EnvironmentSource::Build { context, dockerfile } => Ok(EnvironmentPlan {
            name: format!("the image of {dockerfile}"),
            recipe: Recipe::Context { folder: context.clone(), dockerfile: dockerfile.clone(), pull: pull(options) },
            conda: None,
            notes: vec![],
        }),
        EnvironmentSource::Image { image, written, conda } => {
            let mut notes = vec![];
            let conda = conda.as_ref().map(|file| translated(deployment, file, options, &mut notes)).transpose()?;
            match kind {
                EngineKind::Process => Ok(python(deployment, written, conda, notes)),
                _ => Ok(container(deployment, image, conda, options, notes)),
            }
        }
    }
}

fn container(
    deployment: &Deployment,
    image: &str,
    conda: Option<CondaPlan>,
    options: &RunOptions,
    notes: Vec<Diagnosis>,
) -> EnvironmentPlan {
    let pull = match pull(options) {
        // Many gigabytes that nobody has named are not fetched unasked.
        Pull::Missing if deployment.no_code() == Some(NoCode::Triton) => Pull::Never,
        pull => pull,
    };
    EnvironmentPlan { name: image.to_owned(), recipe: Recipe::Image { image: image.to_owned(), pull }, conda, notes }
}

fn pull(options: &RunOptions) -> Pull {
    match options.pull {
        PullPolicy::Missing => Pull::Missing,
        PullPolicy::Always => Pull::Always,
        PullPolicy::Never => Pull::Never,
    }
}

fn python(
    deployment: &Deployment,
    written: &str,
    conda: Option<CondaPlan>,
    mut notes: Vec<Diagnosis>,
) -> EnvironmentPlan {
    let (requirements, python) = match conda {
        Some(conda) => {
            notes.extend(conda.unfaithful);
            (conda.translation.requirements, conda.translation.python)
        }
        None => {
            let message = format!(
                "{}: the process engine has nothing of the image {written}: only the inference server is installed",
                deployment.name
            );
            notes.push(Diagnosis::warning(plan::NOT_FAITHFUL, message));
            (pins(), None)
        }
    };
    let key = hash(&[&requirements.join("\n"), python.as_deref().unwrap_or("")]);
    let name = "python environment".to_owned();
    EnvironmentPlan { name, recipe: Recipe::Python { key, requirements, python }, conda: None, notes }
}

fn translated(
    deployment: &Deployment,
    file: &CondaFile,
    options: &RunOptions,
    notes: &mut Vec<Diagnosis>,
) -> Result<CondaPlan, Diagnosis> {
    if let Some(line) = local_lines(file).next() {
        return Err(beside_the_file(deployment, file, line));
    }
    let mut added = vec![];
    // A server of the user's own needs none of Azure's.
    if deployment.environment.inference_config.is_none() && !has_inference_server(file) {
        if deployment.no_code() == Some(NoCode::Mlflow) {
            added.extend(server());
        } else if !options.loose {
            return Err(without_server(deployment, file));
        } else {
            added = pins();
            let message =
                format!("{}: --loose adds {SERVER} to the conda file's packages; Azure will not", deployment.name);
            notes.push(Diagnosis::warning(plan::SERVER_ADDED, message));
        }
    }
    let mut translation = translate(file);
    let unfaithful = unfaithful(deployment, file, &translation);
    let document = conda_document::with(&file.document, &added);
    translation.requirements.extend(added);
    Ok(CondaPlan { translation, document, unfaithful })
}

/// Azure adds the newest one; ours is the newest we know, or what an older Python of the model still gets.
fn server() -> Option<String> {
    pins().into_iter().find(|pin| pin.starts_with(SERVER)).map(|pin| pin.replace("==", "<="))
}

fn without_server(deployment: &Deployment, file: &CondaFile) -> Diagnosis {
    let message = format!(
        "{}: the conda file has no inference server, so nothing would answer in the container",
        deployment.name
    );
    let diagnosis = Diagnosis::error(diagnosis::start::RESOURCE_NOT_READY, message)
        .caused_by(diagnosis::start::INFERENCE_SERVER_MISSING);
    diagnosis.at(dependencies(deployment, file))
}

/// Azure's build gets the conda file and nothing beside it: pip's "Could not open requirements file" (hi-ml#339).
fn beside_the_file(deployment: &Deployment, file: &CondaFile, line: &str) -> Diagnosis {
    let name = &deployment.name;
    let message =
        format!("{name}: `{line}` in the pip list names a local file, and Azure builds from the conda file alone");
    Diagnosis::error(engine_rows::IMAGE_BUILD_FAILED, message)
        .at(dependencies(deployment, file))
        .remedy("write the packages themselves into the pip list; code of your own belongs into the code folder")
}

fn dependencies(deployment: &Deployment, file: &CondaFile) -> Place {
    Place::Source { file: file.path.as_ref().unwrap_or(&deployment.file).clone(), line: file.line }
}

/// Said once: what pip cannot do of what conda would.
fn unfaithful(deployment: &Deployment, file: &CondaFile, translation: &Translation) -> Option<Diagnosis> {
    let mut parts = vec!["its packages are installed by pip, from PyPI".to_owned()];
    parts.extend(translation.changed.clone());
    if !translation.lost.is_empty() {
        parts.push(format!("left out, as pip has none of them: {}", translation.lost.join(", ")));
    }
    let which = match &file.path {
        Some(path) => {
            let project = deployment.file.parent().unwrap_or(Path::new(""));
            path.strip_prefix(project).unwrap_or(path).display().to_string()
        }
        None => format!("{}: the conda file", deployment.name),
    };
    let message = format!("{which} is not honoured to the letter: {}", parts.join("; "));
    Some(Diagnosis::note(plan::NOT_FAITHFUL, message))
}

fn pins() -> Vec<String> {
    PINS.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()).map(str::to_owned).collect()
}

fn hash(parts: &[&str]) -> String {
    hash_bytes(parts.iter().map(|part| part.as_bytes()))
}

/// 16 hex digits; parts cannot run into each other.
pub(super) fn hash_bytes<'a>(parts: impl Iterator<Item = &'a [u8]>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
