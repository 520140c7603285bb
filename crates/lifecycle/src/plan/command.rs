//! What starts in an instance.

use super::layout::app_root;
use super::{Layout, no_code};
use engine::{Arg, EngineKind, ImageFacts, PortUse};
use model::{Deployment, NoCode};
use std::path::Path;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// `None`: the image's own command.
    pub argv: Option<Vec<Arg>>,
    pub workdir: Option<String>,
    /// Said by `up`: which rule it was.
    pub rule: &'static str,
}

/// The rule of the contract: `inference_config` and `/var/runit` mean the image's own command, all else the server.
pub fn command(
    deployment: &Deployment,
    facts: &ImageFacts,
    kind: EngineKind,
    layout: &Layout,
    launcher: &Path,
) -> Command {
    let own = |rule| Command { argv: None, workdir: None, rule };
    if deployment.no_code() == Some(NoCode::Triton) && !facts.has_runit {
        return Command { argv: no_code::triton(deployment), workdir: None, rule: "tritonserver" };
    }
    if deployment.environment.inference_config.is_some() {
        return own("the image's own command (inference_config)");
    }
    let (Some(root), Some(script)) = (app_root(deployment), no_code::script(deployment)) else {
        return own("the image's own command (the deployment has no code_configuration)");
    };
    if facts.has_runit {
        return own("the image's own command (/var/runit)");
    }
    let script = layout.seen(&format!("{root}/{script}"));
    let workdir = Some(layout.seen(&root));
    match kind {
        EngineKind::Process => Command {
            argv: Some(server(&["python", &launcher.to_string_lossy()], &script)),
            workdir,
            rule: "azmlinfsrv on 127.0.0.1",
        },
        _ => Command { argv: Some(server(&["azmlinfsrv"], &script)), workdir, rule: "azmlinfsrv" },
    }
}

fn server(program: &[&str], script: &str) -> Vec<Arg> {
    let text = |word: &str| Arg::Text(word.to_owned());
    let mut argv: Vec<Arg> = program.iter().map(|word| text(word)).collect();
    argv.extend([text("--entry_script"), text(script), text("--port"), Arg::Port(PortUse::Serve)]);
    argv
}
