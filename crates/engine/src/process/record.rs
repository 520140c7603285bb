//! What is written down of each instance, so that another process finds what a killed one left.

use super::group::Group;
use crate::{EngineError, Labels};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    pub name: String,
    pub labels: Labels,
    pub private_root: PathBuf,
    /// The process whose child it is.
    pub owner: Option<Group>,
    /// The folder that it stands on; none of records that are older than this field.
    #[serde(default)]
    pub environment: Option<PathBuf>,
    /// `None` until it runs.
    pub group: Option<Group>,
}

impl Record {
    pub fn is_running(&self) -> bool {
        self.group.as_ref().is_some_and(Group::is_running)
    }

    /// Neither it nor the process that started it is left.
    pub fn is_left_behind(&self) -> bool {
        !self.is_running() && !self.owner.as_ref().is_some_and(Group::is_running)
    }
}

/// The folder of the records.
#[derive(Debug, Clone)]
pub struct Ledger(pub PathBuf);

impl Ledger {
    /// Takes the record's name; one that is left behind is replaced.
    pub fn reserve(&self, record: &Record) -> Result<(), EngineError> {
        std::fs::create_dir_all(&self.0).map_err(|error| self.failed(&error))?;
        if self.read(&record.name).is_some_and(|earlier| earlier.is_left_behind()) {
            self.remove(&record.name)?;
        }
        let created = std::fs::OpenOptions::new().write(true).create_new(true).open(self.path(&record.name));
        match created.and_then(|mut file| file.write_all(&as_json(record)?)) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                Err(EngineError::Other(format!("the name {} is already in use", record.name)))
            }
            Err(error) => Err(self.failed(&error)),
        }
    }

    /// Replaces the record as a whole.
    pub fn write(&self, record: &Record) -> Result<(), EngineError> {
        let unfinished = self.path(&record.name).with_extension("unfinished");
        as_json(record)
            .and_then(|text| std::fs::write(&unfinished, text))
            .and_then(|()| std::fs::rename(&unfinished, self.path(&record.name)))
            .map_err(|error| self.failed(&error))
    }

    pub fn read(&self, name: &str) -> Option<Record> {
        read(&self.path(name))
    }

    pub fn remove(&self, name: &str) -> Result<(), EngineError> {
        match std::fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(self.failed(&error)),
            _ => Ok(()),
        }
    }

    pub fn with(&self, labels: &Labels) -> Result<Vec<Record>, EngineError> {
        let entries = match std::fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed(&error)),
        };
        let records = entries.filter_map(|entry| read(&entry.ok()?.path()));
        let mut records: Vec<_> = records.filter(|record| carries(record, labels)).collect();
        records.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(records)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        let hash = Sha256::digest(name.as_bytes());
        let short: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        self.0.join(format!("{short}.json"))
    }

    fn failed(&self, error: &std::io::Error) -> EngineError {
        EngineError::Other(format!("{}: {error}", self.0.display()))
    }
}

fn as_json(record: &Record) -> std::io::Result<Vec<u8>> {
    Ok(serde_json::to_vec(record)?)
}

fn read(path: &Path) -> Option<Record> {
    (path.extension()? == "json")
        .then(|| std::fs::read(path).ok())
        .flatten()
        .and_then(|text| serde_json::from_slice(&text).ok())
}

fn carries(record: &Record, labels: &Labels) -> bool {
    labels.iter().all(|(name, value)| record.labels.get(name) == Some(value))
}
