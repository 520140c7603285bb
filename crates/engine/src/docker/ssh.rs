//! Engines behind ssh, as the docker command reaches them: each connection is an `ssh HOST docker system dial-stdio`, with the
//! configuration, the agent and the known hosts of whoever runs us.

mod tunnel;

use super::authority::Authority;
use bollard::errors::Error;
use bollard::{BollardRequest, ClientVersion, Docker};
use hyper_util::rt::TokioExecutor;
use std::io;
use std::time::Duration;
use tokio::process::Command;
use tunnel::{Tunnels, Words};

/// ssh says why it ends in the moment in which its connection breaks off.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// `seconds` until an answer must begin.
#[allow(clippy::disallowed_types, reason = "connections to an engine are kept and shared, as bollard keeps them")]
pub fn connect(address: &str, seconds: u64, version: &ClientVersion) -> Result<Docker, Error> {
    let authority = Authority::of(address).ok_or_else(|| io::Error::other(format!("{address} names no host")))?;
    let words = Words::default();
    let tunnels = Tunnels { arguments: arguments(&authority), words: words.clone() };
    let client = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build(tunnels);
    let transport = move |request: BollardRequest| {
        let (asked, words) = (client.request(request), words.clone());
        async move {
            match asked.await {
                Ok(answer) => Ok(answer),
                Err(error) => Err(with_words(error.into(), &words).await),
            }
        }
    };
    Docker::connect_with_custom_transport(transport, Some("http://ssh"), seconds, version)
}

async fn with_words(error: Error, words: &Words) -> Error {
    match tokio::time::timeout(LAST_WORDS, words.told()).await {
        Ok(told) => Error::from(io::Error::other(format!("ssh: {}", told.trim_start_matches("ssh: ")))),
        Err(_) => error,
    }
}

/// What `ssh` is told, its command last.
fn arguments(authority: &Authority<'_>) -> Vec<String> {
    let words = ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "LogLevel=ERROR"];
    let user = authority.user.into_iter().flat_map(|user| ["-l", user]);
    let port = authority.port.into_iter().flat_map(|port| ["-p", port]);
    let docker = match authority.path {
        "" => "docker system dial-stdio".to_owned(),
        path => format!("docker --host {} system dial-stdio", quoted(&format!("unix:///{path}"))),
    };
    let words = words.into_iter().chain(user).chain(port).chain(["--", authority.host]).map(str::to_owned);
    words.chain([docker]).collect()
}

/// As the shell over there reads it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The name or address behind an alias of ssh's configuration; the alias itself where ssh does not say. Connects nowhere.
pub async fn hostname(alias: &str) -> String {
    let told = Command::new("ssh").args(["-G", "--", alias]).output().await;
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    told.lines().find_map(|line| line.strip_prefix("hostname ")).unwrap_or(alias).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_to_ssh() {
        let rows = [
            ("ssh://build", "-- build|docker system dial-stdio"),
            ("ssh://me@build.example:2222", "-l me -p 2222 -- build.example|docker system dial-stdio"),
            ("ssh://me@[fd00::1]/", "-l me -- fd00::1|docker system dial-stdio"),
            ("ssh://-oProxyCommand=x", "-- -oProxyCommand=x|docker system dial-stdio"),
            (
                "ssh://build/run/user/1/podman's.sock",
                r"-- build|docker --host 'unix:///run/user/1/podman'\''s.sock' system dial-stdio",
            ),
        ];
        for (address, expected) in rows {
            let said = arguments(&Authority::of(address).expect("a host"));
            let (docker, before) = said.split_last().expect("a command");
            let before = before.join(" ").replace("-T -o BatchMode=yes -o ConnectTimeout=10 -o LogLevel=ERROR ", "");
            assert_eq!(format!("{before}|{docker}"), expected, "{address}");
        }
    }
}
