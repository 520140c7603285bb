//! `-e`, `-n` and `--set`, applied to the trees before anything is checked, as az does.

mod put;

use crate::classify::Class;
use crate::discover::Parsed;
use crate::findings::Findings;
use crate::schema::{deployment, endpoint};
use crate::source::{At, Source};
use crate::tree::{Node, Value, build};
use diagnosis::{Diagnosis, Place, spec};
use model::LoadRequest;
use put::{descend, put};
use std::rc::Rc;

pub fn apply(request: &LoadRequest, files: &mut [Parsed], findings: &Findings) {
    if let Some(name) = &request.endpoint_name {
        rename_endpoint(name, files);
    }
    if let Some(name) = &request.deployment_name {
        rename_deployment(name, files, findings);
    }
    for set in &request.set {
        if let Err(fault) = set_one(set, files) {
            findings.add_general(fault.at(Place::Flag(format!("--set {set}"))));
        }
    }
}

fn rename_endpoint(name: &str, files: &mut [Parsed]) {
    for file in files {
        let key = if file.class == Class::Endpoint { "name" } else { "endpoint_name" };
        let value = flag(file, &format!("-e {name}"), Value::Text(name.to_owned()));
        put(&mut file.document.root, key, value);
    }
}

fn rename_deployment(name: &str, files: &mut [Parsed], findings: &Findings) {
    let typed = format!("-n {name}");
    match only(files, Class::Deployment) {
        Some(file) => {
            let value = flag(file, &typed, Value::Text(name.to_owned()));
            put(&mut file.document.root, "name", value);
        }
        None => {
            let found =
                Diagnosis::error(spec::INVALID_OVERRIDE, "-n renames one deployment; not exactly one is loaded");
            findings.add_general(found.remedy("name one file: -f FILE").at(Place::Flag(typed)));
        }
    }
}

fn set_one(set: &str, files: &mut [Parsed]) -> Result<(), Box<Diagnosis>> {
    let fault =
        |message: String, remedy: &str| Box::new(Diagnosis::error(spec::INVALID_OVERRIDE, message).remedy(remedy));
    let Some((path, value)) = set.split_once('=') else {
        return Err(fault(format!("`{set}` has no `=`"), "write --set [NAME/]key.subkey=value"));
    };
    let (target, path) = split_target(path);
    let file = match target {
        Some(name) => named(files, name).ok_or_else(|| fault(format!("nothing loaded has the name `{name}`"), ""))?,
        None => unnamed(files, path).ok_or_else(|| {
            let remedy = format!("say which: --set NAME/{path}={value}");
            fault("--set without a name needs exactly one loaded deployment".into(), &remedy)
        })?,
    };
    let node = flag(file, &format!("--set {set}"), Value::Null);
    let node = Node { value: parsed(value, &node.at), ..node };
    let keys: Vec<&str> = path.split('.').collect();
    descend(&mut file.document.root, &keys, node).map_err(|key| {
        fault(format!("`{key}` is no mapping in {}: nothing can be set below it", file.source.shown()), "")
    })
}

/// Names have no dots, so `nvidia.com/gpu` in a key is not taken for one.
fn split_target(path: &str) -> (Option<&str>, &str) {
    match path.split_once('/') {
        Some((name, rest)) if !name.contains('.') => (Some(name), rest),
        _ => (None, path),
    }
}

fn named<'a>(files: &'a mut [Parsed], name: &str) -> Option<&'a mut Parsed> {
    let is = |file: &Parsed| {
        file.document.root.get("name").and_then(Node::text).is_some_and(|it| it.eq_ignore_ascii_case(name))
    };
    let at = files.iter().position(|file| file.class == Class::Deployment && is(file));
    let at = at.or_else(|| files.iter().position(is))?;
    files.get_mut(at)
}

/// The only deployment; for a key that only an endpoint has, the only endpoint.
fn unnamed<'a>(files: &'a mut [Parsed], path: &str) -> Option<&'a mut Parsed> {
    let first = path.split('.').next().unwrap_or(path);
    let of_endpoint = endpoint::MANAGED.key(first).is_some() && deployment::MANAGED.key(first).is_none();
    let class = if of_endpoint || !files.iter().any(|it| it.class == Class::Deployment) {
        Class::Endpoint
    } else {
        Class::Deployment
    };
    only(files, class)
}

fn only(files: &mut [Parsed], class: Class) -> Option<&mut Parsed> {
    let mut of_class = files.iter_mut().filter(|file| file.class == class);
    let first = of_class.next();
    if of_class.next().is_some() { None } else { first }
}

/// Text, as az passes it on; `{...}` and `[...]` as YAML.
fn parsed(value: &str, at: &At) -> Value {
    let document = value.starts_with(['{', '[']).then(|| build::document(&at.source, value).ok()).flatten();
    document.map_or_else(|| Value::Text(value.to_owned()), |document| document.root.value)
}

fn flag(file: &Parsed, typed: &str, value: Value) -> Node {
    let source = Source::Flag { typed: typed.to_owned(), folder: file.source.folder().to_owned() };
    Node { value, at: At::start(&Rc::new(source)) }
}
