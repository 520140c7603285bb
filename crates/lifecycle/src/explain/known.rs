//! What is known of an exception's own words, and of the path that it names.

use super::hosted;
use crate::plan::{app_root, model_dir};
use crate::storage::readable::Mode;
use crate::storage::tree::container_paths;
use diagnosis::Diagnosis;
use engine::Mount;
use model::Deployment;
use semantics::nearest_path::{NearestPath, nearest_path};
use semantics::path_fault::{PathFault, PathTrouble, path_fault};
use semantics::startup::hint;

/// How many files are named.
const NAMED: usize = 5;
const ELSEWHERE: &str = "write to a temporary folder (Python's `tempfile`), which every container has";
const SCRATCH: &str =
    "`up --mounts scratch` gives each instance a copy that it can write to, and that goes with the instance";

/// Where an exception was raised.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    pub deployment: &'a Deployment,
    pub mounts: &'a [Mount],
    /// By a line of the user's, which can be changed.
    pub in_user_code: bool,
}

/// `reason`: `FileNotFoundError: the text`.
pub fn known(diagnosis: Diagnosis, scene: Scene<'_>, reason: &str) -> Diagnosis {
    if let Some(hint) = hint(reason) {
        return diagnosis.fact("found", hint.what).remedy(hint.remedy);
    }
    match path_fault(reason) {
        None => diagnosis,
        Some(PathFault { trouble: PathTrouble::Missing, path }) => scene.missing(diagnosis, &path),
        Some(PathFault { trouble: PathTrouble::Closed, path }) => scene.closed(diagnosis, &path),
        Some(PathFault { trouble: PathTrouble::ReadOnly, path }) => scene.read_only(diagnosis, &path),
    }
}

/// A folder that a variable names.
struct Root {
    variable: &'static str,
    /// In a container.
    folder: String,
    /// How code names it.
    expression: &'static str,
}

impl Root {
    /// What comes behind it; a process sees it below a folder of its own, so it may stand anywhere in the path.
    fn below<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = &path[path.find(&self.folder)? + self.folder.len()..];
        rest.strip_prefix('/').or(rest.is_empty().then_some(rest))
    }

    fn join(&self, below: &str) -> String {
        let parts = below.split('/').map(|part| format!(", {part:?}")).collect::<String>();
        format!("os.path.join({}{parts})", self.expression)
    }
}

impl Scene<'_> {
    /// The nearest path that is there, and what else is.
    fn missing(self, diagnosis: Diagnosis, path: &str) -> Diagnosis {
        let roots = self.roots();
        let there = container_paths(self.mounts);
        let there: Vec<&str> = there.iter().map(String::as_str).collect();
        let root = roots.iter().find(|root| root.below(path).is_some());
        let wanted = root.and_then(|root| Some(&path[path.find(&root.folder)?..])).unwrap_or(path);
        let nearest = nearest_path(wanted, &there);
        let mut diagnosis = match &nearest {
            Some(found) => diagnosis.fact("nearest", named(found)),
            None => diagnosis,
        };
        let holds = |root: &&Root| nearest.as_ref().is_some_and(|found| root.below(found.path).is_some());
        let shown = root.or_else(|| roots.iter().find(holds));
        if let Some(root) = shown {
            diagnosis = diagnosis.fact(format!("in {}", root.variable), listed(&there, root));
        }
        let meant = nearest.filter(|_| self.in_user_code);
        let meant = meant.and_then(|found| roots.iter().find_map(|root| Some(root.join(root.below(found.path)?))));
        match meant {
            Some(expression) => diagnosis.remedy(format!("open what is there: {expression}")),
            None => diagnosis,
        }
    }

    /// By the modes of this machine: in Azure files have none.
    fn closed(self, diagnosis: Diagnosis, path: &str) -> Diagnosis {
        let here = hosted(self.mounts, path).and_then(|path| Some((Mode::of(&path)?, path)));
        match here.filter(|(mode, _)| mode.is_closed()) {
            Some((mode, path)) => {
                let shown = self.deployment.shown(&path).display();
                let remedy = format!(
                    "let everybody read it (`chmod a+rX {shown}`); in Azure files have no modes, and it can be read"
                );
                diagnosis.fact("here", format!("{shown}, mode {mode}")).remedy(remedy)
            }
            None => diagnosis.remedy(ELSEWHERE),
        }
    }

    fn read_only(self, diagnosis: Diagnosis, path: &str) -> Diagnosis {
        let Some(mount) = self.mounts.iter().find(|mount| path.contains(&mount.target)) else {
            return diagnosis.remedy(ELSEWHERE);
        };
        let ours = "mounted read-only by us; whether Azure lets a program write there is documented nowhere";
        diagnosis.fact("mount", format!("{}: {ours}", mount.target)).remedy(format!("{ELSEWHERE}; {SCRATCH}"))
    }

    fn roots(self) -> Vec<Root> {
        let model = ("AZUREML_MODEL_DIR", model_dir(self.deployment), r#"os.environ["AZUREML_MODEL_DIR"]"#);
        let code = ("AML_APP_ROOT", app_root(self.deployment), r#"os.environ["AML_APP_ROOT"]"#);
        let root = |(variable, folder, expression): (_, Option<String>, _)| {
            Some(Root { variable, folder: folder?, expression })
        };
        [model, code].into_iter().filter_map(root).collect()
    }
}

fn named(found: &NearestPath<'_>) -> String {
    match found.case_only {
        true => format!("{}: other letters, and case counts on Linux", found.path),
        false => found.path.to_owned(),
    }
}

/// Files below the folder, folders with their slash.
fn listed(there: &[&str], root: &Root) -> String {
    let below: Vec<&str> = there.iter().filter_map(|path| root.below(path)).filter(|path| !path.is_empty()).collect();
    let files: Vec<&str> =
        below.iter().copied().filter(|path| !below.iter().any(|other| is_above(path, other))).collect();
    match files.len() {
        0 => "nothing".to_owned(),
        count if count <= NAMED => files.join(", "),
        count => format!(
            "{} and {} more (`local-endpoint logs -c storage-initializer`)",
            files[..NAMED].join(", "),
            count - NAMED
        ),
    }
}

fn is_above(folder: &str, path: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}
