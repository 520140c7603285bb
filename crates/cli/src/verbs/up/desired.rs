//! The command line and the project folder as one desired state.

use crate::args::{self, Up};
use crate::console::Console;
use crate::curl::program;
use crate::exit::Code;
use diagnosis::{Diagnosis, Place, quoted, spec as rows};
use emulator::Again;
use model::{
    BuildSettings, DeploymentName, Desired, DesiredEndpoint, EngineChoice, Mounts, Profile, PullPolicy, RateLimits,
    RunOptions, SkuLimits, TimeScale, Traffic, Written,
};
use spec::{LoadRequest, Project};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// All faults at once; nothing was started.
pub fn load(up: &Up, console: &Console) -> Result<Desired, Code> {
    let request = LoadRequest {
        path: up.path.clone(),
        files: up.files.clone(),
        endpoint_name: up.endpoint_name.clone(),
        deployment_name: up.name.clone(),
        set: up.set.clone(),
        env: up.env.clone(),
        env_files: up.env_file.clone(),
    };
    let survey = spec::survey(&request).map_err(|fault| refused(console, &[*fault]))?;
    let found = check::before_up(&survey, &check_command(up));
    let project = survey.verdict().map_err(|faults| refused(console, &faults))?;
    console.say_all(&project.notices);
    if up.verbose {
        project.azure_only.iter().for_each(|key| console.note(&format!("  {key}")));
    }
    console.say_all(&found.not_uploaded);
    if let Some(count) = found.count.filter(|_| up.printed.is_human()) {
        console.note(&count);
    }
    let traffic = traffic(up, &project.endpoints).map_err(|fault| Code::failed(console, &fault))?;
    Ok(desired(up, request, project, traffic))
}

/// The same project as its files say it now. Traffic that a flag set was set once.
pub fn again(before: &Desired) -> Result<Again, Vec<Diagnosis>> {
    let written = before.written.clone().unwrap_or_default();
    let project = spec::load(&written.request)?;
    let options = RunOptions {
        traffic: None,
        lock: false,
        ca_certificates: project.overlay.ca_certificates,
        ..before.options.clone()
    };
    let written = Some(Written { files: project.read, ..written });
    let desired = Desired { project: project.root, endpoints: project.endpoints, options, written };
    Ok(Again { desired, notices: project.notices })
}

fn refused(console: &Console, faults: &[Diagnosis]) -> Code {
    console.say_all(faults);
    Code::USAGE
}

/// The `check` of the same files; beside named files a folder says only where the project is.
fn check_command(up: &Up) -> String {
    let is_read = up.path != Path::new(".") && (up.files.is_empty() || up.path.is_file());
    let path = is_read.then(|| quoted(&up.path.to_string_lossy()));
    let files = up.files.iter().map(|file| format!("-f {}", quoted(&file.to_string_lossy())));
    [program(), "check".to_owned()].into_iter().chain(path).chain(files).collect::<Vec<_>>().join(" ")
}

fn desired(up: &Up, request: LoadRequest, project: Project, traffic: Option<Traffic>) -> Desired {
    let options = RunOptions {
        engine: match up.engine {
            args::Engine::Auto => EngineChoice::Auto,
            args::Engine::Docker => EngineChoice::Docker,
            args::Engine::Process => EngineChoice::Process,
        },
        pull: match up.pull {
            args::Pull::Missing => PullPolicy::Missing,
            args::Pull::Always => PullPolicy::Always,
            args::Pull::Never => PullPolicy::Never,
        },
        port: up.port,
        additive: !up.files.is_empty(),
        loose: up.loose,
        traffic,
        instances: up.instances,
        front_door: up.front_door.map(|front_door| match front_door {
            args::FrontDoor::Managed => Profile::Managed,
            args::FrontDoor::Kubernetes => Profile::Kubernetes,
            args::FrontDoor::Passthrough => Profile::Passthrough,
        }),
        rate_limits: match up.rate_limits {
            args::RateLimits::Warn => RateLimits::Warn,
            args::RateLimits::Enforce => RateLimits::Enforce,
            args::RateLimits::Off => RateLimits::Off,
        },
        seed: up.seed,
        no_traffic_log: up.no_traffic_log,
        sku_limits: match up.sku_limits {
            args::Switch::On => SkuLimits::On,
            args::Switch::Off => SkuLimits::Off,
        },
        lock: up.lock,
        platform: up.platform.clone(),
        mounts: match up.mounts {
            args::Mounts::ReadOnly => Mounts::ReadOnly,
            args::Mounts::Scratch => Mounts::Scratch,
        },
        time_scale: TimeScale::new(up.time_scale).unwrap_or_default(),
        debug: up.debug,
        debugpy: up.debugpy.as_ref().map(|folder| std::path::absolute(folder).unwrap_or_else(|_| folder.clone())),
        watch: (up.watch || up.no_watch).then_some(up.watch).or(up.debug.then_some(true)),
        ca_certificates: project.overlay.ca_certificates,
        identity: project.overlay.identity,
        build: build(up.build_deadline.map(Duration::from_secs).or(project.overlay.build_deadline)),
    };
    let written = Some(Written { request: absolute(request), files: project.read });
    Desired { project: project.root, endpoints: project.endpoints, options, written }
}

/// The same from any working folder.
fn absolute(request: LoadRequest) -> LoadRequest {
    let of = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
    let all = |paths: Vec<PathBuf>| paths.into_iter().map(of).collect();
    LoadRequest { path: of(request.path), files: all(request.files), env_files: all(request.env_files), ..request }
}

fn build(deadline: Option<Duration>) -> BuildSettings {
    let variable = |name: &str| std::env::var(name).ok();
    BuildSettings { deadline, ..lifecycle::build_settings(&variable) }
}

/// What `--traffic`, `--all-traffic` and `--no-traffic` amount to.
fn traffic(up: &Up, endpoints: &[DesiredEndpoint]) -> Result<Option<Traffic>, Diagnosis> {
    let loaded = || endpoints.iter().flat_map(|endpoint| &endpoint.deployments).map(|deployment| &deployment.name);
    let (traffic, flag) = match (&up.traffic, &up.all_traffic) {
        _ if up.no_traffic => return Ok(Some(Traffic::new())),
        (Some(shares), _) => {
            let shares: Vec<String> = shares.split_whitespace().map(str::to_owned).collect();
            (super::super::traffic::shares(&shares, TRAFFIC)?, TRAFFIC)
        }
        (None, Some(name)) => (Traffic::from([(all(name, &loaded().collect::<Vec<_>>())?, 100)]), ALL_TRAFFIC),
        (None, None) => return Ok(None),
    };
    // Beside named files a share may go to a deployment that runs already.
    let unknown = traffic.keys().find(|name| up.files.is_empty() && loaded().all(|known| known != *name));
    unknown.map_or(Ok(Some(traffic.clone())), |name| Err(no_deployment(name, loaded(), flag)))
}

const TRAFFIC: &str = "--traffic";
const ALL_TRAFFIC: &str = "--all-traffic";

fn all(name: &str, loaded: &[&DeploymentName]) -> Result<DeploymentName, Diagnosis> {
    match (name, loaded) {
        ("", [only]) => Ok((*only).clone()),
        ("", _) => {
            let message = "--all-traffic needs the name of a deployment, as there is not exactly one";
            Err(Diagnosis::error(rows::INVALID_VALUE, message).at(Place::Flag(ALL_TRAFFIC.into())))
        }
        (name, _) => Ok(DeploymentName::new(name)),
    }
}

fn no_deployment<'a>(name: &DeploymentName, loaded: impl Iterator<Item = &'a DeploymentName>, flag: &str) -> Diagnosis {
    let known = loaded.map(DeploymentName::as_str).collect::<Vec<_>>().join(", ");
    let message = format!("there is no deployment {name} to give traffic to; the files have {known}");
    Diagnosis::error(rows::INVALID_VALUE, message).at(Place::Flag(flag.to_owned()))
}
