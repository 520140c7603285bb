//! A command beside a process: with its variables, in its folder. Only Linux says what those are.

use super::group::Group;
use crate::EngineError;
use crate::entry::{Entry, Here, shell};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

pub fn beside(group: &Group, entry: &Entry) -> Result<Here, EngineError> {
    if !cfg!(target_os = "linux") {
        return Err(EngineError::Unsupported("only Linux tells the variables of a process that runs".into()));
    }
    let read = |what: &str| format!("/proc/{}/{what}", group.pid);
    let gone = |_| EngineError::NoSuchInstance;
    let mut env: BTreeMap<OsString, OsString> = variables(std::fs::read(read("environ")).map_err(gone)?).collect();
    env.extend(entry.env.iter().map(|(name, value)| (name.into(), value.into())));
    let folder = std::fs::read_link(read("cwd")).map_err(gone)?;
    let command = if entry.command.is_empty() { shell() } else { entry.command.clone() };
    Ok(Here { command: command.into_iter().map(OsString::from).collect(), env: env.into_iter().collect(), folder })
}

fn variables(bytes: Vec<u8>) -> impl Iterator<Item = (OsString, OsString)> {
    let pair = |text: &[u8]| {
        let at = text.iter().position(|byte| *byte == b'=')?;
        let part = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        Some((part(&text[..at]), part(&text[at + 1..])))
    };
    bytes.split(|byte| *byte == 0).filter_map(pair).collect::<Vec<_>>().into_iter()
}
