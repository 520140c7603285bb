//! The files of what is collected, in the layout of Azure's blob container, below the project's state folder.

use crate::running::Running;
use diagnosis::{Diagnosis, local};
use front_end::{Collected, Store};
use lifecycle::Lifecycle;
use model::{Deployment, EventKind, InstanceId};
use semantics::data_collector::{Place, place};
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, create_dir_all};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// All files together, in bytes: payloads of a long load test must not fill the disk.
const MOST: u64 = 1 << 30;
/// How often it is looked whether files were removed meanwhile.
const AGAIN: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    most: u64,
    again: Duration,
    /// Each instance writes files of its own; they are new with every emulator.
    groups: BTreeMap<InstanceId, Uuid>,
    /// What is there, and when it was looked; not known before the first is stored.
    bytes: Option<(u64, Instant)>,
}

impl Files {
    pub fn below(folder: PathBuf) -> Self {
        Self { folder, most: MOST, again: AGAIN, groups: BTreeMap::new(), bytes: None }
    }

    fn append(&mut self, to: &Path, bytes: &[u8]) -> io::Result<()> {
        let more = bytes.len() as u64;
        let look = || (size(&self.folder), Instant::now());
        let (mut there, mut looked) = self.bytes.unwrap_or_else(look);
        if there + more > self.most && looked.elapsed() >= self.again {
            (there, looked) = look();
        }
        let fits = there + more <= self.most;
        self.bytes = Some((if fits { there + more } else { there }, looked));
        if !fits {
            return Err(io::Error::other(format!("{} holds {} MiB", self.folder.display(), self.most >> 20)));
        }
        opened(to)?.write_all(bytes)
    }
}

impl Store for Files {
    fn store(&mut self, collected: &Collected) -> io::Result<()> {
        let Collected { instance, rolling, event, payload } = collected;
        let payload = payload.concat();
        let is_json = || serde_json::from_slice::<IgnoredAny>(&payload).is_ok();
        let place = place(event.content_type.as_deref(), payload.len(), is_json);
        let group = self.groups.entry(instance.clone()).or_insert_with(Uuid::new_v4).to_string();
        let beside = event.payload_file(*rolling, place).map(|file| self.folder.join(file));
        if let Some(beside) = &beside {
            self.append(beside, &payload)?;
        }
        let attributes = event.attributes(payload.len(), place);
        let fields: Vec<String> = attributes
            .iter()
            .map(|(name, value)| match (name.as_ref(), &beside, place) {
                ("data", None, Place::InLine) => format!("\"data\":{}", in_line(&payload)),
                ("data", Some(beside), _) => format!("\"data\":{}", quoted(&url(beside))),
                _ => format!("{}:{}", quoted(name), quoted(value)),
            })
            .collect();
        self.append(&self.folder.join(event.file(*rolling, &group)), format!("{{{}}}\n", fields.join(",")).as_bytes())
    }
}

/// JSON as it was sent, but on one line: a line end in JSON stands between values only.
fn in_line(payload: &[u8]) -> String {
    String::from_utf8_lossy(payload).replace(['\n', '\r'], " ")
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn url(path: &Path) -> String {
    format!("file://{}", path.display().to_string().replace('%', "%25").replace(' ', "%20"))
}

fn opened(path: &Path) -> io::Result<File> {
    let open = || OpenOptions::new().append(true).create(true).open(path);
    open().or_else(|error| match (error.kind(), path.parent()) {
        (ErrorKind::NotFound, Some(folder)) => create_dir_all(folder).and_then(|()| open()),
        _ => Err(error),
    })
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let of = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(found) if found.is_dir() => size(&entry.path()),
        Ok(found) => found.len(),
        Err(_) => 0,
    };
    entries.map(of).sum()
}

impl Running {
    /// Said of what somebody puts.
    pub(crate) fn say_collected(&self, deployment: &Deployment) {
        let Some(collector) = &deployment.data_collector else { return };
        let names: Vec<&str> = collector.collections.iter().map(String::as_str).collect();
        let folder = self.folder.collected().join(deployment.endpoint.as_str()).join(deployment.name.as_str());
        let text = format!("collects {} into {}", names.join(", "), folder.display());
        let deployment = Some(deployment.name.clone());
        self.lifecycle.events().say(EventKind::Progress { deployment, text });
    }
}

/// Once for every time that the disk does not take what it is given.
pub fn say_lost(fault: Option<String>, lifecycle: &Lifecycle) {
    if let Some(fault) = fault {
        let message = format!("data is not collected: {fault}");
        let diagnosis = Diagnosis::warning(local::COLLECTED_DATA_LOST, message);
        lifecycle.events().say(EventKind::Said { diagnosis });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_removes_files_makes_room() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        let mut files = Files { most: 10, again: Duration::ZERO, ..Files::below(folder.path().into()) };
        files.append(&old, b"12345678")?;
        assert!(files.append(&new, b"12345678").is_err());
        std::fs::remove_file(old)?;
        files.append(&new, b"12345678")?;
        assert!(files.append(&new, b"12345678").is_err());
        Ok(())
    }
}
