//! What starts in an instance.

use super::layout::app_root;
use super::{InstancePlan, Layout, no_code};
use engine::{Arg, EngineKind, PortUse};
use model::{Deployment, NoCode};
use std::path::{Path, PathBuf};

/// Where the host is seen in a container.
pub const HOST: &str = "/local-endpoint-host";
/// Where the folder with debugpy is.
pub const DEBUGPY: &str = "/local-endpoint-debugpy";

/// The variable that names the environment whose Python runs the server, in Azure's images.
const ENVIRONMENT: &str = "AZUREML_CONDA_ENVIRONMENT_PATH";

/// Our own files beside the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launcher {
    /// The script that starts it on the loopback.
    pub script: PathBuf,
    /// The folder of the host that starts it anew beside itself. `None`: the code does not change while it is served.
    pub host: Option<PathBuf>,
    /// The package. `None`: nothing is debugged.
    pub debugpy: Option<PathBuf>,
    /// Settings of azureml-ai-monitoring: for an instance that reaches us, and for one that does not. `None`: the script
    /// collects nothing.
    pub collector: Option<[PathBuf; 2]>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `None`: the image's own command.
    pub argv: Option<Vec<Arg>>,
    pub workdir: Option<String>,
    /// The server is a child of our host.
    pub hosted: bool,
    /// Said by `up`: which rule it was.
    pub rule: &'static str,
}

/// The rule of the contract: `inference_config` and `/var/runit` mean the image's own command, all else the server.
/// Where the code is to change while it is served, the host stands in for `/var/runit`, which starts the same server.
pub fn command(plan: &InstancePlan<'_>, layout: &Layout) -> Command {
    let InstancePlan { deployment, kind, launcher, .. } = *plan;
    let runit = plan.base.facts.has_runit;
    let own = |rule| Command { argv: None, workdir: None, hosted: false, rule };
    if deployment.no_code() == Some(NoCode::Triton) && !runit {
        return Command { argv: no_code::triton(deployment), ..own("tritonserver") };
    }
    if deployment.environment.inference_config.is_some() {
        return own("the image's own command (inference_config)");
    }
    let (Some(root), Some(script)) = (app_root(deployment), no_code::script(deployment)) else {
        return own("the image's own command (the deployment has no code_configuration)");
    };
    let (script, workdir) = (layout.seen(&format!("{root}/{script}")), Some(layout.seen(&root)));
    if let Some(host) = launcher.host.as_ref().filter(|_| reloads(deployment)) {
        let rule = match kind {
            _ if launcher.debugpy.is_some() => "azmlinfsrv, for a debugger",
            EngineKind::Process => "azmlinfsrv on 127.0.0.1, reloaded when the code changes",
            _ if runit => "azmlinfsrv in place of the image's own command (/var/runit), reloaded when the code changes",
            _ => "azmlinfsrv, reloaded when the code changes",
        };
        return Command { argv: Some(hosted(plan, host, (layout, &script))), workdir, hosted: true, rule };
    }
    if runit {
        return own("the image's own command (/var/runit)");
    }
    let (argv, rule) = match kind {
        EngineKind::Process => {
            (vec![text("python"), text(&launcher.script.to_string_lossy())], "azmlinfsrv on 127.0.0.1")
        }
        _ => (vec![text("azmlinfsrv")], "azmlinfsrv"),
    };
    Command { argv: Some([argv, server(&script)].concat()), workdir, hosted: false, rule }
}

/// A second start beside the first needs a port of its own; the port for health alone has no second one.
pub(super) fn reloads(deployment: &Deployment) -> bool {
    let variable = deployment.environment_variables.get("SEPERATE_HEALTH_ENDPOINT");
    deployment.code.is_some() && variable.is_none_or(|value| value != "true")
}

fn hosted(plan: &InstancePlan<'_>, host: &Path, (layout, script): (&Layout, &str)) -> Vec<Arg> {
    let (python, folder, loopback) = match plan.kind {
        EngineKind::Process => ("python".to_owned(), host.to_string_lossy().into_owned(), Some(text("--loopback"))),
        _ => (python(plan), HOST.to_owned(), None),
    };
    let mut argv = vec![text(&python), text(&folder), text("--spare"), Arg::Port(PortUse::Spare)];
    argv.extend([text("--control"), Arg::Port(PortUse::Control)]);
    argv.extend(loopback);
    if plan.launcher.debugpy.is_some() {
        argv.extend([text("--debug"), Arg::Port(PortUse::Debug), text("--debugpy"), text(&layout.seen(DEBUGPY))]);
    }
    argv.push(text("--"));
    argv.extend(server(script));
    argv
}

/// That of the environment where one is named, as `/var/runit` takes it; the host finds the server's own if it is another.
fn python(plan: &InstancePlan<'_>) -> String {
    let users = plan.deployment.environment_variables.get(ENVIRONMENT).map(String::as_str);
    let images = plan.base.facts.env.get(ENVIRONMENT).map(String::as_str);
    let path = users.or(plan.conda_environment).or(images);
    path.map_or_else(|| "python3".to_owned(), |path| format!("{path}/bin/python"))
}

/// azmlinfsrv's own arguments; the port comes last.
fn server(script: &str) -> Vec<Arg> {
    vec![text("--entry_script"), text(script), text("--port"), Arg::Port(PortUse::Serve)]
}

fn text(word: &str) -> Arg {
    Arg::Text(word.to_owned())
}
