//! The command line and the project folder as one desired state.

use crate::args::{self, Up};
use crate::console::Console;
use crate::exit::Code;
use diagnosis::{Diagnosis, Place, spec as rows};
use model::{DeploymentName, Desired, DesiredEndpoint, EngineChoice, PullPolicy, RunOptions, Traffic};
use spec::{LoadRequest, Project};

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
    let project = spec::load(&request).map_err(|faults| {
        console.say_all(&faults);
        Code::USAGE
    })?;
    console.say_all(&project.notices);
    let traffic = traffic(up, &project.endpoints).map_err(|fault| Code::failed(console, &fault))?;
    Ok(desired(up, project, traffic))
}

fn desired(up: &Up, project: Project, traffic: Option<Traffic>) -> Desired {
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
        ca_certificates: project.overlay.ca_certificates,
    };
    Desired { project: project.root, endpoints: project.endpoints, options }
}

/// What `--traffic`, `--all-traffic` and `--no-traffic` amount to.
fn traffic(up: &Up, endpoints: &[DesiredEndpoint]) -> Result<Option<Traffic>, Diagnosis> {
    if up.no_traffic {
        return Ok(Some(Traffic::new()));
    }
    if let Some(shares) = &up.traffic {
        let shares: Vec<String> = shares.split_whitespace().map(str::to_owned).collect();
        return super::super::traffic::shares(&shares).map(Some);
    }
    let Some(name) = &up.all_traffic else { return Ok(None) };
    let all: Vec<&DeploymentName> =
        endpoints.iter().flat_map(|endpoint| &endpoint.deployments).map(|deployment| &deployment.name).collect();
    match (name.as_str(), all.as_slice()) {
        ("", [only]) => Ok(Some(Traffic::from([((*only).clone(), 100)]))),
        ("", _) => {
            let message = "--all-traffic needs the name of a deployment, as there are several";
            Err(Diagnosis::error(rows::INVALID_VALUE, message).at(Place::Flag("--all-traffic".into())))
        }
        (name, _) => Ok(Some(Traffic::from([(DeploymentName::new(name), 100)]))),
    }
}
