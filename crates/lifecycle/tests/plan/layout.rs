//! Azure's paths: where model and code lie, and what the variables say of them.

use crate::deployment::{deployment, model, no_code};
use crate::fixture::{equal, rows};
use engine::{Mount, MountSource};
use lifecycle::plan::{Layout, injected, mounts};
use model::{Code, Deployment, ModelAsset, ModelType};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// As in the YAML, absolute; absent: none.
    model: Option<String>,
    model_name: Option<String>,
    model_version: Option<String>,
    model_mount_path: Option<String>,
    code: Option<String>,
    script: Option<String>,
    /// The private folder of a process.
    below: Option<String>,
    /// The model comes without code, and this serves it.
    no_code: Option<String>,
    mounts: BTreeMap<String, String>,
    variables: BTreeMap<String, String>,
}

fn deployed(row: &Row) -> Deployment {
    let asset = |path| ModelAsset {
        name: row.model_name.clone().unwrap_or("credit".into()),
        version: row.model_version.clone().unwrap_or("3".into()),
        ..model(path)
    };
    let code = row.code.as_ref().zip(row.script.as_ref());
    let made = row.no_code.as_deref().map_or(deployment(), no_code);
    let kind = made.model.as_ref().map_or(ModelType::CustomModel, |model| model.kind);
    Deployment {
        model: row.model.as_ref().map(|path| ModelAsset { kind, ..asset(path) }),
        model_mount_path: row.model_mount_path.clone(),
        code: code.map(|(folder, script)| Code { folder: folder.into(), scoring_script: script.clone() }),
        ..made
    }
}

fn mounted(mount: Mount) -> (String, String) {
    match mount.source {
        MountSource::Path(path) => (path.to_str().unwrap().to_owned(), mount.target),
        MountSource::Archive(_) => ("an archive".into(), mount.target),
    }
}

#[test]
fn paths() {
    rows("layout.toml", |row: Row| {
        let deployment = deployed(&row);
        let layout = row.below.as_ref().map_or(Layout::container(), |root| Layout::below(Path::new(root)));
        equal(mounts(&deployment, None).into_iter().map(mounted).collect(), row.mounts)?;
        let variables =
            injected(&deployment, &layout, None, None).into_iter().filter(|it| it.name != "PYTHONUNBUFFERED");
        equal(variables.map(|variable| (variable.name.to_owned(), variable.value)).collect(), row.variables)
    });
}
