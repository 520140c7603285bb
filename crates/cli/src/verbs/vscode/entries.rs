//! What is written into launch.json and tasks.json. Pure.

use super::WORKSPACE;
use super::merge::{Entry, List};
use jsonc_parser::cst::CstInputValue;
use jsonc_parser::json;

pub const LAUNCH: List =
    List { name: "configurations", key: "name", version: "0.2.0", mended: &["connect", "pathMappings"] };
/// A task may have got other words since.
pub const TASKS: List = List { name: "tasks", key: "label", version: "2.0.0", mended: &[] };

const UP: &str = "local-endpoint: up";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Debugged {
    pub endpoint: String,
    pub deployment: String,
    /// The stable debug port.
    pub port: u16,
    /// The code folder, as VS Code writes a path.
    pub local: String,
    /// The same, in the container.
    pub remote: String,
}

impl Debugged {
    pub fn name(&self) -> String {
        format!("local-endpoint: debug {}/{}", self.endpoint, self.deployment)
    }
}

/// One per deployment; each can be the first that is started.
pub fn launches(calls: &Calls<'_>, deployments: &[Debugged]) -> Vec<Entry> {
    deployments.iter().map(|debugged| launch(debugged, &calls.up())).collect()
}

fn launch(debugged: &Debugged, up: &str) -> Entry {
    let Debugged { port, local, remote, .. } = debugged;
    let rest = [
        ("type", json!("debugpy")),
        ("request", json!("attach")),
        ("connect", json!({ "host": "127.0.0.1", "port": (i32::from(*port)) })),
        ("pathMappings", json!([{ "localRoot": (local.as_str()), "remoteRoot": (remote.as_str()) }])),
        ("justMyCode", json!(true)),
        ("subProcess", json!(true)),
        ("preLaunchTask", json!(up)),
    ];
    Entry::new(LAUNCH, debugged.name(), rest)
}

/// How `local-endpoint` is called from the folder that VS Code has open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls<'a> {
    pub program: &'a str,
    /// What is brought up, the project's folder or a file of it, as VS Code writes a path.
    pub project: &'a str,
    /// The file of a sample request, where there is one.
    pub sample: Option<&'a str>,
}

impl Calls<'_> {
    /// The task's label: what is not all that is open is named, as there may be several of it.
    fn up(&self) -> String {
        let named = self.project.strip_prefix(WORKSPACE).unwrap_or(self.project).trim_start_matches('/');
        if named.is_empty() { UP.to_owned() } else { format!("{UP} {named}") }
    }
}

pub fn tasks(calls: &Calls<'_>, deployments: &[Debugged]) -> Vec<Entry> {
    let up = task(calls.up(), calls.program, &["up", calls.project, "--debug", "--detach"]);
    let samples = calls.sample.into_iter().flat_map(|sample| {
        deployments.iter().map(move |Debugged { endpoint, deployment, .. }| {
            let label = format!("local-endpoint: invoke {endpoint}/{deployment}");
            task(label, calls.program, &["invoke", "-n", endpoint, "-d", deployment, "-r", sample])
        })
    });
    std::iter::once(up).chain(samples).collect()
}

fn task(label: String, program: &str, args: &[&str]) -> Entry {
    let rest = [
        ("type", json!("process")),
        ("command", json!(program)),
        ("args", CstInputValue::from(args.to_vec())),
        // Without one VS Code asks which to use.
        ("problemMatcher", json!([])),
    ];
    Entry::new(TASKS, label, rest)
}
