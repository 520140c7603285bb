//! Where an engine may answer, in the order of asking. Pure: from a value and the context files.

use super::context;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What discovery needs to know of the process it runs in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    pub home: Option<PathBuf>,
    pub vars: BTreeMap<String, String>,
}

impl Environment {
    /// That of this process.
    pub fn of_process() -> Self {
        let vars: BTreeMap<_, _> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let home = vars.get("HOME").or_else(|| vars.get("USERPROFILE")).map(PathBuf::from);
        Self { home, vars }
    }

    /// A variable that is set to something.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn at_home(&self, path: &str) -> Option<PathBuf> {
        self.home.as_ref().map(|home| home.join(path))
    }

    /// `~/.docker`, or where DOCKER_CONFIG says.
    pub fn docker_config(&self) -> Option<PathBuf> {
        self.var("DOCKER_CONFIG").map(PathBuf::from).or_else(|| self.at_home(".docker"))
    }
}

/// One place to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What a person calls it: `DOCKER_HOST`, `context colima`, `Docker Desktop`.
    pub name: String,
    /// `unix:///var/run/docker.sock`; or why there is none.
    pub address: Result<String, String>,
    /// What to do when it does not answer.
    pub mend: String,
    /// The certificates of a TLS connection.
    pub tls: Option<PathBuf>,
}

/// Either the one place somebody chose, or every usual one.
pub fn places(environment: &Environment) -> Vec<Place> {
    chosen(environment).map_or_else(|| usual(environment), |place| vec![place])
}

fn chosen(environment: &Environment) -> Option<Place> {
    if let Some(host) = environment.var("DOCKER_HOST") {
        let mend = "start that engine, or unset DOCKER_HOST to search the usual places";
        let wants_tls = environment.var("DOCKER_TLS_VERIFY").is_some();
        let folder = environment.var("DOCKER_CERT_PATH").map(PathBuf::from).or_else(|| environment.docker_config());
        let tls = wants_tls.then_some(folder).flatten();
        return Some(Place { name: "DOCKER_HOST".into(), address: Ok(host.into()), mend: mend.into(), tls });
    }
    let folder = environment.docker_config()?;
    let (name, source) = match environment.var("DOCKER_CONTEXT") {
        Some(name) => (name.to_owned(), "DOCKER_CONTEXT"),
        None => (context::current(&folder)?, "docker context use"),
    };
    (name != "default").then(|| from_context(&folder, &name, source))
}

fn from_context(folder: &Path, name: &str, source: &str) -> Place {
    let undo = if source == "DOCKER_CONTEXT" { "unset DOCKER_CONTEXT" } else { "`docker context use default`" };
    let mend = format!("start the engine of context {name}, or {undo} to search the usual places");
    Place {
        name: format!("context {name} ({source})"),
        address: context::host(folder, name),
        mend,
        tls: context::certificates(folder, name),
    }
}

#[cfg(windows)]
fn usual(_: &Environment) -> Vec<Place> {
    [
        ("Docker Desktop", "docker_engine"),
        ("Docker Desktop (Linux engine)", "dockerDesktopLinuxEngine"),
        ("podman", "podman-machine-default"),
    ]
    .map(|(name, pipe)| Place {
        name: name.into(),
        address: Ok(format!("npipe:////./pipe/{pipe}")),
        mend: format!("start {name}"),
        tls: None,
    })
    .into()
}

#[cfg(not(windows))]
fn usual(environment: &Environment) -> Vec<Place> {
    let runtime = environment
        .var("XDG_RUNTIME_DIR")
        .map_or_else(|| PathBuf::from(format!("/run/user/{}", rustix::process::getuid().as_raw())), PathBuf::from);
    let system = |path: &str| Some(PathBuf::from(path));
    let home = |path: &str| environment.at_home(path);
    let rows = [
        ("Docker", system("/var/run/docker.sock"), "sudo systemctl start docker"),
        ("rootless Docker", Some(runtime.join("docker.sock")), "systemctl --user start docker"),
        ("Docker Desktop", home(".docker/run/docker.sock"), "start Docker Desktop"),
        ("Docker Desktop for Linux", home(".docker/desktop/docker.sock"), "systemctl --user start docker-desktop"),
        ("colima", home(".colima/default/docker.sock"), "colima start"),
        ("colima (XDG)", home(".config/colima/default/docker.sock"), "colima start"),
        ("OrbStack", home(".orbstack/run/docker.sock"), "orb start"),
        ("Rancher Desktop", home(".rd/docker.sock"), "start Rancher Desktop with the dockerd engine"),
        ("rootless podman", Some(runtime.join("podman/podman.sock")), "systemctl --user start podman.socket"),
        ("podman", system("/run/podman/podman.sock"), "sudo systemctl start podman.socket"),
    ];
    rows.into_iter().filter_map(|(name, path, mend)| Some(usual_place(name, &path?, mend))).collect()
}

#[cfg(not(windows))]
fn usual_place(name: &str, path: &Path, mend: &str) -> Place {
    Place { name: name.into(), address: Ok(format!("unix://{}", path.display())), mend: mend.into(), tls: None }
}
