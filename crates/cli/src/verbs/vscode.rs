//! `vscode`: what one F5 needs, written into `.vscode`.

mod entries;
mod file;
mod merge;

use crate::args::Vscode;
use crate::console::Console;
use crate::curl::called;
use crate::exit::Code;
use control::Home;
use control::state::{ProjectFolder, ProjectState};
use diagnosis::{Diagnosis, local};
use entries::{Calls, Debugged, LAUNCH, TASKS, launches, tasks};
use file::File;
use lifecycle::plan::debugged_code;
use merge::merged;
use model::Deployment;
use spec::{LoadRequest, Project};
use std::path::{Path, PathBuf};

const WORKSPACE: &str = "${workspaceFolder}";

pub fn run(home: &Home, vscode: &Vscode, console: &Console) -> Result<Code, Diagnosis> {
    let project = match spec::load(&LoadRequest { path: vscode.path.clone(), ..LoadRequest::default() }) {
        Ok(project) => project,
        Err(faults) => {
            console.say_all(&faults);
            return Ok(Code::USAGE);
        }
    };
    let workspace = match &vscode.workspace {
        Some(folder) => folder.canonicalize().map_err(|error| file::unwritable(folder, &error))?,
        None => project.root.clone(),
    };
    let deployments = debugged(home, &project, &workspace)?;
    let sample = sample(&project).map(|file| written(&file, &workspace));
    let (program, brought_up) = (called(), written(&named(&vscode.path, &project), &workspace));
    let calls = Calls { program: &program, project: &brought_up, sample: sample.as_deref() };
    let files =
        [("launch.json", LAUNCH, launches(&calls, &deployments)), ("tasks.json", TASKS, tasks(&calls, &deployments))];
    let folder = workspace.join(".vscode");
    let files = files
        .map(|(name, list, entries)| File::with(&folder.join(name), |file, text| merged(file, text, list, &entries)));
    // Both can be read before one is written.
    for file in files.into_iter().collect::<Result<Vec<_>, _>>()? {
        file.write()?;
        console.data(&file.told());
    }
    if sample.is_none() {
        console.note("no task sends a request: beside the YAML is no *request*.json and no sample-input*.json");
    }
    let open = plain(&workspace.display().to_string()).to_owned();
    console.note(&format!("open {open} in VS Code, set a breakpoint and press F5"));
    Ok(Code::OK)
}

fn debugged(home: &Home, project: &Project, workspace: &Path) -> Result<Vec<Debugged>, Diagnosis> {
    let known = ProjectFolder::of(home, &project.root)?.read()?;
    let state = known.unwrap_or_else(|| ProjectState::new(&project.root));
    let deployments = project.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
    let debugged = |deployment: &Deployment| {
        let code = debugged_code(deployment)?;
        Some(Debugged {
            endpoint: deployment.endpoint.to_string(),
            deployment: deployment.name.to_string(),
            port: state.debug_port(&deployment.endpoint, &deployment.name),
            local: written(&code.folder, workspace),
            remote: code.target,
        })
    };
    let all: Vec<_> = deployments.filter_map(debugged).collect();
    if all.is_empty() { Err(Diagnosis::error(local::NOTHING_TO_DEBUG, "")) } else { Ok(all) }
}

/// A file that was named stands for less than its folder.
fn named(path: &Path, project: &Project) -> PathBuf {
    let file = path.canonicalize().ok().filter(|path| path.is_file());
    file.unwrap_or_else(|| project.root.clone())
}

/// As VS Code writes a path: from the folder it has open, where that holds it.
fn written(path: &Path, workspace: &Path) -> String {
    match path.strip_prefix(workspace) {
        Ok(below) if below.as_os_str().is_empty() => WORKSPACE.to_owned(),
        Ok(below) => format!("{WORKSPACE}/{}", below.display()).replace('\\', "/"),
        Err(_) => plain(&path.display().to_string()).to_owned(),
    }
}

/// Windows' canonical form of a path on a drive begins with `\\?\`, which few programs take.
fn plain(path: &str) -> &str {
    let on_a_drive = |rest: &&str| rest.as_bytes().get(1) == Some(&b':');
    path.strip_prefix(r"\\?\").filter(on_a_drive).unwrap_or(path)
}

/// `sample-request.json` and its like, beside the YAML.
fn sample(project: &Project) -> Option<PathBuf> {
    let entries = std::fs::read_dir(&project.root).ok()?.filter_map(Result::ok);
    let mut found: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| path.is_file() && is_sample(path)).collect();
    found.sort();
    found.into_iter().next()
}

fn is_sample(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    name.ends_with(".json") && (name.contains("request") || name.starts_with("sample-input"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_path_of_windows_is_one_that_programs_take() {
        assert_eq!(super::plain(r"\\?\C:\work\hello"), r"C:\work\hello");
        assert_eq!(super::plain(r"\\?\UNC\server\share"), r"\\?\UNC\server\share");
        assert_eq!(super::plain("/work/hello"), "/work/hello");
    }
}
