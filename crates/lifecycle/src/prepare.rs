//! The environment of a deployment, made ready on the engine that will run it.

use crate::context::Context;
use crate::installing;
use crate::plan::{self, EnvironmentPlan};
use diagnosis::{Diagnosis, engine as rows, plan as plan_rows};
use engine::{Base, Engine, EngineError, EngineKind, Recipe};
use model::{Deployment, EngineChoice, EnvironmentSource, NoCode, RunOptions};
use semantics::instance_limits::InstanceLimits;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// An engine and what it will launch.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub engine: Arc<dyn Engine>,
    pub kind: EngineKind,
    pub base: Base,
    /// What a person is told runs: the image, or the kind of environment.
    pub name: String,
    pub conda_environment: Option<&'static str>,
    /// Cores and memory of an instance.
    pub limits: Option<InstanceLimits>,
    /// What Azure would install at every start, and what is installed once here.
    pub installing: Duration,
    /// It gets the engine's GPUs.
    pub gpus: bool,
}

/// Docker where it answers; the process engine only where the contract allows to fall back, and said.
pub async fn prepare(context: &Context, deployment: &Deployment, options: &RunOptions) -> Result<Prepared, Diagnosis> {
    runnable(deployment)?;
    match (options.engine, &context.engines.docker) {
        (EngineChoice::Process, _) => on_processes(context, deployment, options, vec![]).await,
        (EngineChoice::Docker, Err(why)) => Err(no_engine(why)),
        (EngineChoice::Auto, Err(why)) => fall_back(context, deployment, options, why, vec![]).await,
        (choice, Ok(docker)) => match limited_on_docker(context, docker, deployment, options).await {
            Err(Failure::Engine(EngineError::Unreachable { target, reason }))
                if choice == EngineChoice::Auto && portable(deployment) =>
            {
                let why = format!("{target} is not here and cannot be fetched ({reason})");
                let said = plan::environment(deployment, EngineKind::Docker, options)?.notes;
                fall_back(context, deployment, options, &why, said).await
            }
            result => result.map_err(|failure| failure.explained(deployment)),
        },
    }
}

enum Failure {
    Engine(EngineError),
    Said(Diagnosis),
}

impl Failure {
    fn explained(self, deployment: &Deployment) -> Diagnosis {
        match self {
            Self::Engine(error) => crate::explain::engine_error(deployment, error),
            Self::Said(diagnosis) => diagnosis,
        }
    }
}

fn runnable(deployment: &Deployment) -> Result<(), Diagnosis> {
    let no_code = deployment.model.as_ref().is_some_and(|model| model.kind != model::ModelType::CustomModel);
    let served = deployment.no_code().is_some() || deployment.environment.inference_config.is_some();
    if no_code && deployment.code.is_none() && !served {
        let message = format!(
            "{}: with an `environment` of its own the model gets no scoring script from Azure either",
            deployment.name
        );
        return Err(Diagnosis::error(plan_rows::NO_CODE_DEPLOYMENT, message));
    }
    Ok(())
}

/// Whether anything but a container could serve it.
fn portable(deployment: &Deployment) -> bool {
    let image = matches!(deployment.environment.source, EnvironmentSource::Image { .. });
    let script = deployment.code.is_some() || deployment.no_code() == Some(NoCode::Mlflow);
    image && deployment.environment.inference_config.is_none() && script
}

fn no_engine(why: &str) -> Diagnosis {
    Diagnosis::error(rows::ENGINE_UNAVAILABLE, why)
}

async fn fall_back(
    context: &Context,
    deployment: &Deployment,
    options: &RunOptions,
    why: &str,
    said: Vec<Diagnosis>,
) -> Result<Prepared, Diagnosis> {
    if !portable(deployment) {
        let message = format!("{}: its own image needs a container engine, and {why}", deployment.name);
        return Err(Diagnosis::error(rows::ENGINE_UNAVAILABLE, message));
    }
    let message = format!("{}: runs as a process on this machine, not in a container: {why}", deployment.name);
    context.say_all(vec![Diagnosis::warning(plan_rows::ENGINE_FELL_BACK, message)]);
    on_processes(context, deployment, options, said).await
}

/// The engine is asked what it has while the image is made.
async fn limited_on_docker(
    context: &Context,
    docker: &Arc<dyn Engine>,
    deployment: &Deployment,
    options: &RunOptions,
) -> Result<Prepared, Failure> {
    let prepared = on_docker(context, docker, deployment, options);
    let (prepared, about) = futures_util::future::join(prepared, docker.about()).await;
    let prepared = prepared?;
    let about = about.map_err(Failure::Engine)?;
    context.say_all(plan::open_ports(&about).into_iter().collect());
    let granted = plan::granted(deployment, options, &about);
    context.say_all(granted.notes);
    Ok(Prepared { limits: granted.limits, gpus: granted.gpus, ..prepared })
}

async fn on_docker(
    context: &Context,
    docker: &Arc<dyn Engine>,
    deployment: &Deployment,
    options: &RunOptions,
) -> Result<Prepared, Failure> {
    let kind = EngineKind::Docker;
    let environment = plan::environment(deployment, kind, options).map_err(Failure::Said)?;
    context.say_all(environment.notes.clone());
    let base = make(context, docker, deployment, &environment.recipe).await?;
    let prepared = |base, conda_environment, installing| Prepared {
        engine: docker.clone(),
        kind,
        base,
        name: environment.name.clone(),
        conda_environment,
        limits: None,
        installing,
        gpus: false,
    };
    match &environment.conda {
        None => Ok(prepared(base, None, Duration::ZERO)),
        Some(conda) => {
            let (recipe, path) =
                plan::derived(&base, environment.recipe.clone(), conda, options).map_err(Failure::Said)?;
            let (base, installing) = installed(context, docker, deployment, &recipe).await?;
            Ok(prepared(base, Some(path), installing))
        }
    }
}

/// `said`: the notes that a person has read already.
async fn on_processes(
    context: &Context,
    deployment: &Deployment,
    options: &RunOptions,
    said: Vec<Diagnosis>,
) -> Result<Prepared, Diagnosis> {
    if !portable(deployment) {
        let message = format!("{}: the process engine cannot run an image of its own", deployment.name);
        return Err(Diagnosis::error(rows::ENGINE_UNAVAILABLE, message).remedy("use --engine docker"));
    }
    let engine = context.engines.process.clone();
    let EnvironmentPlan { recipe, name, mut notes, .. } = plan::environment(deployment, EngineKind::Process, options)?;
    notes.retain(|note| !said.contains(note));
    notes.extend(plan::not_kept(deployment, options));
    context.say_all(notes);
    let made = installed(context, &engine, deployment, &recipe).await;
    let (base, installing) = made.map_err(|failure| failure.explained(deployment))?;
    Ok(Prepared {
        engine,
        kind: EngineKind::Process,
        base,
        name,
        conda_environment: None,
        limits: None,
        gpus: false,
        installing,
    })
}

/// The packages, and what installing them costs Azure at every start.
async fn installed(
    context: &Context,
    engine: &Arc<dyn Engine>,
    deployment: &Deployment,
    recipe: &Recipe,
) -> Result<(Base, Duration), Failure> {
    let since = Instant::now();
    let base = make(context, engine, deployment, recipe).await?;
    let took = base.made.then(|| since.elapsed());
    let installing = installing::in_azure(context, deployment, recipe, took).map_err(Failure::Said)?;
    Ok((base, installing))
}

async fn make(
    context: &Context,
    engine: &Arc<dyn Engine>,
    deployment: &Deployment,
    recipe: &Recipe,
) -> Result<Base, Failure> {
    let report = |text: String| {
        if let Some(text) = worth_showing(&text) {
            context.progress(&deployment.name, text);
        }
    };
    engine.prepare(recipe, &report).await.map_err(|error| match &error {
        EngineError::BuildFailed { log, .. } => {
            let kept = context.keep_build_log(deployment, log);
            let said = crate::explain::engine_error(deployment, error);
            Failure::Said(kept.map_or(said.clone(), |path| said.fact("whole log", path.display().to_string())))
        }
        _ => Failure::Engine(error),
    })
}

/// The longest line of progress, in characters.
const WIDE: usize = 110;

/// A builder's housekeeping says nothing to a person, and the tail of a long line neither.
fn worth_showing(line: &str) -> Option<String> {
    let line = line.trim();
    let housekeeping =
        ["--->", "-->", "COMMIT ", "Removing intermediate container", "Successfully tagged", "Successfully built"];
    if line.is_empty() || housekeeping.iter().any(|start| line.starts_with(start)) {
        return None;
    }
    let line = line.split(" (from ").next().unwrap_or(line);
    let cut: String = line.chars().take(WIDE).collect();
    Some(if cut.len() < line.len() { format!("{cut} ...") } else { cut })
}
