//! Assets that lie in the project as YAML of their own: `model.yml`, `environment.yml`.

use crate::check::{Checker, Rules};
use crate::discover::{parse, report, top_level};
use crate::meant::Context;
use crate::notices;
use crate::paths;
use crate::schema::Block;
use crate::tree::Node;
use crate::yaml_file::YamlFile;
use std::path::{Path, PathBuf};

/// Folders below the project that are looked through, and how deep.
const FOLDERS: usize = 200;
const DEPTH: usize = 3;

/// The YAML file whose `name` (and `version`, where both are given) is wanted and that has one of these keys.
pub fn find(context: &Context<'_>, keys: &[&str], name: &str, version: Option<&str>) -> Option<PathBuf> {
    folders(context.root).into_iter().flat_map(|folder| top_level(&folder).unwrap_or_default()).find(|path| {
        let Ok(source) = crate::files::Files::default().open(path) else { return false };
        let Ok(document) = parse(&source) else { return false };
        let root = &document.root;
        let same = |key: &str, wanted: &str| root.get(key).is_some_and(|node| node.value.python() == wanted);
        let version = version.is_none_or(|version| root.get("version").is_none() || same("version", version));
        same("name", name)
            && version
            && keys.iter().any(|key| root.entry(key).is_some())
            && root.entry("endpoint_name").is_none()
    })
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let mut found = vec![root.to_owned()];
    let mut next = 0;
    while next < found.len() && found.len() < FOLDERS {
        let folder = found[next].clone();
        next += 1;
        if folder.components().count() >= root.components().count() + DEPTH {
            continue;
        }
        let mut below: Vec<PathBuf> =
            std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|it| it.path()).collect();
        below.retain(|path| path.is_dir() && !hidden(path));
        below.sort();
        found.extend(below);
    }
    found
}

fn hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || matches!(&*name, "node_modules" | "target" | "__pycache__" | "venv")
}

/// An asset's file, checked against its block. `None`: reported.
pub fn open(context: &Context<'_>, path: &Path, block: &'static Block) -> Option<Node> {
    let source = match context.files.open(&paths::shown(path)) {
        Ok(source) => source,
        Err(reason) => {
            context.findings.add_general(crate::files::unreadable(path, &reason));
            return None;
        }
    };
    match parse(&source) {
        Err(fault) => {
            report(fault, context.findings);
            None
        }
        Ok(document) => {
            notices::overridden(&document.overridden, context.findings);
            let checker = Checker { findings: context.findings, rules: Rules::Azure, root: block };
            checker.block(&document.root, block, &document.root.at);
            let root = document.root.clone();
            context.assets.borrow_mut().push(YamlFile { path: path.to_owned(), source, root });
            Some(document.root)
        }
    }
}
