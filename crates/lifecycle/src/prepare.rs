//! The environment of a deployment, made ready on the engine that will run it.

use crate::build::Build;
use crate::context::Context;
use crate::plan::{self, EnvironmentPlan};
use diagnosis::{Diagnosis, engine as rows, plan as plan_rows};
use engine::{Base, Engine, EngineError, EngineKind, Outward};
use model::{Deployment, Egress, EngineChoice, EnvironmentSource, NoCode, PullPolicy, RunOptions};
use semantics::instance_limits::InstanceLimits;
use std::sync::Arc;
use std::time::Duration;

/// An engine and what it will launch.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub engine: Arc<dyn Engine>,
    pub kind: EngineKind,
    pub base: Base,
    /// What the packages of `base` were installed on; `None` of processes.
    pub image: Option<Base>,
    /// What a person is told runs: the image, or the kind of environment.
    pub name: String,
    pub conda_environment: Option<&'static str>,
    /// Cores and memory of an instance.
    pub limits: Option<InstanceLimits>,
    /// What Azure would install at every start, and what is installed once here.
    pub installing: Duration,
    /// It gets the engine's GPUs.
    pub gpus: bool,
    pub outward: Outward,
}

/// Docker where it answers; the process engine only where the contract allows to fall back, and said. Who insists on the
/// registry (`--pull always`) wants no process in its place.
pub async fn prepare(context: &Context, deployment: &Deployment, options: &RunOptions) -> Result<Prepared, Diagnosis> {
    runnable(deployment)?;
    match (options.engine, &context.engines.docker) {
        (EngineChoice::Process, _) => on_processes(context, deployment, options, vec![]).await,
        (EngineChoice::Docker, Err(why)) => Err(no_engine(why)),
        (EngineChoice::Auto, Err(why)) => fall_back(context, deployment, options, why, vec![]).await,
        (choice, Ok(docker)) => match limited_on_docker(context, docker, deployment, options).await {
            Err(Failure::Engine(EngineError::Unreachable { target, reason }))
                if choice == EngineChoice::Auto && options.pull != PullPolicy::Always && portable(deployment) =>
            {
                let why = format!("{target} is not here and cannot be fetched ({reason})");
                let said = plan::environment(deployment, EngineKind::Docker, options)?.notes;
                fall_back(context, deployment, options, &why, said).await
            }
            result => result.map_err(|failure| failure.explained(deployment)),
        },
    }
}

pub enum Failure {
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
    closes(docker, deployment).await.map_err(Failure::Said)?;
    let prepared = on_docker(context, docker, deployment, options);
    let (prepared, about) = futures_util::future::join(prepared, docker.about()).await;
    let prepared = prepared?;
    let about = about.map_err(Failure::Engine)?;
    context.say_all(plan::open_ports(&about).into_iter().collect());
    context.say_all(plan::architecture(deployment, &prepared.base, &about).into_iter().collect());
    let granted = plan::granted(deployment, options, &about);
    context.say_all(granted.notes);
    Ok(Prepared { limits: granted.limits, gpus: granted.gpus, ..prepared })
}

/// Before anything is made for it.
async fn closes(engine: &Arc<dyn Engine>, deployment: &Deployment) -> Result<(), Diagnosis> {
    match deployment.egress {
        Egress::Enabled => Ok(()),
        Egress::Disabled => engine.closes().await.map_err(|why| plan::not_closed(deployment, &why)),
    }
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
    let build = Build { context, engine: docker, deployment, options };
    let base = build.make(&environment.recipe).await?;
    context.say_all(plan::image_notes(deployment, &base.facts.source, jiff::Timestamp::now().as_second()));
    let image = base.clone();
    let prepared = |base, conda_environment, installing| Prepared {
        engine: docker.clone(),
        kind,
        base,
        image: Some(image.clone()),
        name: environment.name.clone(),
        conda_environment,
        limits: None,
        installing,
        gpus: false,
        outward: plan::outward(deployment, &context.project.id),
    };
    match &environment.conda {
        None => Ok(prepared(base, None, Duration::ZERO)),
        Some(conda) => {
            let derived = plan::derived(&base, environment.recipe.clone(), conda);
            context.say_all(derived.notes);
            let (base, installing) = build.installed(&derived.recipe).await?;
            Ok(prepared(base, Some(derived.path), installing))
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
    if let Some(platform) = &options.platform {
        let message =
            format!("{}: processes run on this machine as it is, and --platform asks for {platform}", deployment.name);
        return Err(Diagnosis::error(rows::ENGINE_UNAVAILABLE, message).remedy("use --engine docker"));
    }
    let engine = context.engines.process.clone();
    closes(&engine, deployment).await?;
    let EnvironmentPlan { recipe, name, mut notes, .. } = plan::environment(deployment, EngineKind::Process, options)?;
    notes.retain(|note| !said.contains(note));
    notes.extend(plan::not_kept(deployment, options));
    context.say_all(notes);
    let made = Build { context, engine: &engine, deployment, options }.installed(&recipe).await;
    let (base, installing) = made.map_err(|failure| failure.explained(deployment))?;
    Ok(Prepared {
        engine,
        kind: EngineKind::Process,
        base,
        image: None,
        name,
        conda_environment: None,
        limits: None,
        gpus: false,
        outward: Outward::Open,
        installing,
    })
}
