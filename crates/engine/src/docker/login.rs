//! The logins of the user's docker command: the same file and the same helpers. What they hold is sent to the engine, and
//! goes nowhere else: into no log, no error, no state.

mod config;
mod helper;

use super::places::Environment;
use crate::Report;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;
use bollard::Docker;
use config::Config;
use serde::Serialize;
use std::fmt;
use std::path::PathBuf;

/// Docker Hub's name in the file.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

/// Read anew for every pull: a login made meanwhile counts.
#[derive(Clone, Default)]
pub struct Logins {
    folder: Option<PathBuf>,
    /// DOCKER_AUTH_CONFIG: the file's content in a variable; it comes before the file.
    given: Option<String>,
}

impl fmt::Debug for Logins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logins").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// What the engine is told of one registry. It has no `Debug` that shows it.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct Login {
    pub username: String,
    pub password: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub identitytoken: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub registrytoken: String,
    pub serveraddress: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("serveraddress", &self.serveraddress).finish_non_exhaustive()
    }
}

impl Logins {
    pub fn of(environment: &Environment) -> Self {
        Self { folder: environment.docker_config(), given: environment.var("DOCKER_AUTH_CONFIG").map(str::to_owned) }
    }

    /// `None`: nobody is logged in there. A helper or a file that fails is said, and the registry asked without.
    pub async fn find(&self, registry: &str, report: Report<'_>) -> Option<Login> {
        let server = server(registry);
        for config in self.configs(report) {
            let found = match config.helper(server) {
                Some(name) => helper::get(name, server, report).await,
                None => config.login(server),
            };
            if let Some(login) = found {
                return Some(Login { serveraddress: server.to_owned(), ..login });
            }
        }
        None
    }

    /// Whether the file names the registry; no helper is asked.
    pub fn know(&self, registry: &str) -> bool {
        self.configs(&|_| ()).iter().any(|config| config.names(server(registry)))
    }

    fn configs(&self, report: Report<'_>) -> Vec<Config> {
        let file = self.folder.as_ref().map(|folder| folder.join("config.json"));
        let text = file.as_ref().and_then(|file| std::fs::read_to_string(file).ok());
        let shown = file.map(|file| file.display().to_string()).unwrap_or_default();
        let sources = [("DOCKER_AUTH_CONFIG", self.given.clone()), (shown.as_str(), text)];
        let read = sources.into_iter().filter_map(|(name, text)| Some((name, serde_json::from_str(&text?))));
        read.filter_map(|(name, config)| match config {
            Ok(config) => Some(config),
            // Without the parser's words: they may quote what stands there.
            Err(_) => {
                report(format!("{name} is not as docker writes it: no login is taken from there"));
                None
            }
        })
        .collect()
    }
}

fn server(registry: &str) -> &str {
    if registry == "docker.io" { DOCKER_HUB } else { registry }
}

/// With the login in the header that pulls read. bollard's own is in the other alphabet of base64, which engines take for
/// no login as soon as the two differ.
pub fn logged_in(docker: Docker, login: Option<&Login>) -> Docker {
    const HEADER: &str = "x-registry-auth";
    let Some(text) = login.and_then(|login| serde_json::to_vec(login).ok()) else { return docker };
    let value = URL_SAFE.encode(text);
    docker.with_request_modifier(move |mut request| {
        if let Ok(value) = value.parse() {
            request.headers_mut().insert(HEADER, value);
        }
        if let Some(value) = request.headers_mut().get_mut(HEADER) {
            value.set_sensitive(true);
        }
        request
    })
}

#[cfg(test)]
#[path = "login_tests.rs"]
mod tests;
