//! Which Python an environment stands on.

use crate::{EngineError, Report};
use std::path::{Path, PathBuf};
use tokio::process::Command;

const ASK_VERSION: &str = "import sys; print('%d.%d.%d' % sys.version_info[:3])";

#[derive(Debug)]
pub struct Python {
    pub program: PathBuf,
    /// `3.11.7`.
    pub version: String,
}

/// The wanted minor version where the machine has it, else `python3`, which is said.
pub async fn choose(wanted: Option<&str>, uv: Option<&Path>, report: Report<'_>) -> Result<Python, EngineError> {
    let wanted = wanted.map(minor);
    if let Some(minor) = &wanted
        && let Some(python) = of_version(minor, uv).await
    {
        return Ok(python);
    }
    let python = ask(on_path("python3")).await.ok_or_else(none)?;
    if let Some(minor) = wanted.filter(|wanted| *wanted != self::minor(&python.version)) {
        report(format!("Python {minor} is not on this machine: using {}", python.version));
    }
    Ok(python)
}

fn none() -> EngineError {
    EngineError::Other("no python3 on PATH: install Python 3".into())
}

/// Not every `python3.10` runs: pyenv leaves one for each version that it could switch to.
async fn of_version(minor: &str, uv: Option<&Path>) -> Option<Python> {
    let named = ask(on_path(&format!("python{minor}"))).await;
    if named.is_some() {
        return named;
    }
    let output = Command::new(uv?).args(["python", "find", minor]).output().await.ok()?;
    let found = String::from_utf8(output.stdout).ok()?;
    ask(Some(PathBuf::from(found.trim()))).await.filter(|python| self::minor(&python.version) == minor)
}

async fn ask(program: Option<PathBuf>) -> Option<Python> {
    let program = program?;
    let output = Command::new(&program).args(["-c", ASK_VERSION]).output().await.ok()?;
    let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !version.is_empty()).then_some(Python { program, version })
}

pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// What the interpreter's own name says, so that nobody has to start it: `/usr/bin/python3.11` is 3.11.
pub fn minor_of(program: &Path) -> Option<String> {
    let version = program.file_name()?.to_str()?.strip_prefix("python")?;
    version.starts_with("3.").then(|| minor(version))
}

/// `3.10` of `3.10.4`, `=3.10` or `3.10.*`.
pub fn minor(version: &str) -> String {
    let numbers = version.trim_start_matches(|c: char| !c.is_ascii_digit());
    numbers.split('.').take(2).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::minor;

    #[test]
    fn only_the_minor_version_counts() {
        for written in ["3.10", "3.10.4", "==3.10", "=3.10.*"] {
            assert_eq!(minor(written), "3.10");
        }
    }
}
