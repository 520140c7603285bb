//! What starts in an instance.

use crate::deployment::{custom_container, deployment, no_code};
use crate::fixture::{equal, rows};
use crate::launch::{base, plan};
use engine::{Arg, Base, EngineKind, ImageFacts};
use lifecycle::plan::{InstancePlan, Launcher, Layout, command};
use model::{Code, Deployment};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    engine: EngineKind,
    #[serde(default)]
    inference_config: bool,
    #[serde(default)]
    runit: bool,
    /// The code is to change while it is served.
    #[serde(default)]
    hosted: bool,
    #[serde(default)]
    debugged: bool,
    /// Variables of the image.
    #[serde(default)]
    image: BTreeMap<String, String>,
    /// The environment of a conda file.
    conda: Option<String>,
    /// The deployment's own variables.
    #[serde(default)]
    variables: BTreeMap<String, String>,
    /// The model comes without code, and this serves it.
    no_code: Option<String>,
    /// The scoring script; absent: no code_configuration.
    script: Option<String>,
    /// The words; absent: the image's own command.
    argv: Option<String>,
    workdir: Option<String>,
    rule: String,
}

fn deployed(row: &Row) -> Deployment {
    let code = |script: &String| Code { folder: "/home/me/credit/src".into(), scoring_script: script.clone() };
    let base = match &row.no_code {
        Some(kind) => no_code(kind),
        None if row.inference_config => custom_container(),
        None => deployment(),
    };
    let environment_variables = row.variables.clone();
    Deployment { code: row.script.as_ref().map(code), environment_variables, ..base }
}

fn words(argv: Vec<Arg>) -> String {
    let word = |arg| match arg {
        Arg::Text(text) => text,
        Arg::Port(used) => format!("<{used:?}>"),
    };
    argv.into_iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn commands() {
    rows("command.toml", |row: Row| {
        let layout = match row.engine {
            EngineKind::Process => Layout::below(Path::new("/run/blue-0")),
            _ => Layout::container(),
        };
        let deployment = deployed(&row);
        let facts = ImageFacts { has_runit: row.runit, env: row.image.clone(), ..ImageFacts::default() };
        let host = (row.hosted || row.debugged).then(|| "/cache/host".into());
        let debugpy = row.debugged.then(|| "/cache/site-packages/debugpy".into());
        let plan = InstancePlan {
            base: &Base { facts, ..base() },
            conda_environment: row.conda.as_deref(),
            kind: row.engine,
            launcher: &Launcher { script: "/cache/serve.py".into(), host, debugpy, collector: None },
            ..plan(&deployment)
        };
        let found = command(&plan, &layout);
        equal(found.argv.map(words), row.argv)?;
        equal(found.workdir, row.workdir)?;
        equal(found.rule, &row.rule)
    });
}
