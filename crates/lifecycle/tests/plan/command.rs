//! What starts in an instance.

use crate::deployment::{custom_container, deployment, no_code};
use crate::fixture::{equal, rows};
use engine::{Arg, EngineKind, ImageFacts};
use lifecycle::plan::{Layout, command};
use model::{Code, Deployment};
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    engine: EngineKind,
    #[serde(default)]
    inference_config: bool,
    #[serde(default)]
    runit: bool,
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
    Deployment { code: row.script.as_ref().map(code), ..base }
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
        let facts = ImageFacts { has_runit: row.runit, ..ImageFacts::default() };
        let found = command(&deployed(&row), &facts, row.engine, &layout, Path::new("/cache/serve.py"));
        equal(found.argv.map(words), row.argv)?;
        equal(found.workdir, row.workdir)?;
        equal(found.rule, &row.rule)
    });
}
