//! What ssh calls a host, where its configuration gives it another name.

use tokio::process::Command;

/// The name or address behind an alias of `~/.ssh/config`; the alias itself where ssh does not say. Connects nowhere.
pub async fn hostname(alias: &str) -> String {
    let told = Command::new("ssh").args(["-G", "--", alias]).output().await;
    let told = told.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    told.lines().find_map(|line| line.strip_prefix("hostname ")).unwrap_or(alias).trim().to_owned()
}
