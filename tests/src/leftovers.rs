//! "Nothing left": no container, no process, no temporary folder.

use crate::Process;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is left of a home after all its projects are down, removed as it is found.
pub fn remove(root: &Path, projects: &[PathBuf]) -> Vec<String> {
    let mut left = vec![];
    for project in projects {
        for container in containers(project) {
            left.push(format!("container {container}"));
            let _ = Command::new("docker").args(["rm", "-f", "-v", &container]).output();
        }
    }
    for network in networks(root) {
        left.push(format!("network {network}"));
        let _ = Command::new("docker").args(["network", "rm", &network]).output();
    }
    for process in Process::mentioning(root) {
        left.push(format!("process {}: {}", process.pid, process.command));
        process.kill();
        process.ends();
    }
    left.extend(files(root));
    left
}

/// What is left of a project that is down, its state and logs apart. Removes nothing.
pub fn of(root: &Path, project: &Path) -> Vec<String> {
    let containers = containers(project).into_iter().map(|container| format!("container {container}"));
    let processes = Process::mentioning(root);
    let processes = processes.iter().map(|process| format!("process {}: {}", process.pid, process.command));
    let networks = networks(root).into_iter().map(|network| format!("network {network}"));
    containers.chain(networks).chain(processes).chain(files(root)).collect()
}

/// Of the projects of this home, which their names begin with.
fn networks(root: &Path) -> Vec<String> {
    let projects = entries(&root.join("home/projects"));
    let ids = projects.iter().filter_map(|path| path.file_name()?.to_str()?.get(..8));
    let starts: Vec<String> = ids.map(|id| format!("local-endpoint-{id}-")).collect();
    let listed = Command::new("docker").args(["network", "ls", "--format", "{{.Name}}"]).output();
    let text = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let ours = |name: &&str| starts.iter().any(|start| name.starts_with(start));
    text.split_whitespace().filter(ours).map(str::to_owned).collect()
}

/// By the label that every container carries; none where no engine answers.
pub fn containers(project: &Path) -> Vec<String> {
    let label = format!("label=dev.local-endpoint.project-path={}", project.display());
    let listed = Command::new("docker").args(["ps", "--all", "--quiet", "--filter", &label]).output();
    let text = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.split_whitespace().map(str::to_owned).collect()
}

/// Every image of this registry that the engine has.
pub fn remove_images(registry: &str) {
    let listed = Command::new("docker").args(["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]).output();
    let text = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    for image in text.split_whitespace().filter(|image| image.starts_with(registry)) {
        let _ = Command::new("docker").args(["image", "rm", "-f", image]).output();
    }
}

/// Temporary files, and the private folders of instances.
fn files(root: &Path) -> Vec<String> {
    let projects = entries(&root.join("home/projects"));
    let folders = projects.into_iter().map(|project| project.join("run")).chain([root.join("tmp")]);
    folders.flat_map(|folder| entries(&folder)).map(|path| format!("file {}", path.display())).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}
