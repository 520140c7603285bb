//! The folder of one project below `projects/`.

use super::log::{Bounds, numbered};
use super::{ProjectLock, ProjectState, RotatingLog, file, secret};
use crate::Home;
use crate::home::{create_private, unwritable};
use diagnosis::{Diagnosis, local, quoted};
use sha2::{Digest, Sha256};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// As `docs/traffic-log.md` says.
const TRAFFIC: Bounds = Bounds { bytes: 16 << 20, old: 3 };

/// Knows where the files of a project stand. Reading makes nothing; writing makes the folder, 0700.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFolder {
    path: PathBuf,
}

impl ProjectFolder {
    /// The folder of the project that stands at `project`; a project that was deleted is still found by its full path.
    pub fn of(home: &Home, project: &Path) -> Result<Self, Diagnosis> {
        let project = canonical(project)?;
        let digest = Sha256::digest(project.as_os_str().as_encoded_bytes());
        let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { path: projects(home).join(name) })
    }

    /// The folder itself is known.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn create(&self) -> Result<(), Diagnosis> {
        create_private(&self.path)
    }

    /// `None` when nothing was ever up here.
    ///
    /// # Errors
    /// `StateNewer`, with the `down` line of the version that wrote it; `StateUnreadable`.
    pub fn read(&self) -> Result<Option<ProjectState>, Diagnosis> {
        file::read(&self.state_file())
    }

    /// Replaces `state.json` in one step, unless a newer version wrote it.
    pub fn write(&self, state: &ProjectState) -> Result<(), Diagnosis> {
        self.create()?;
        file::write(&self.state_file(), state)
    }

    /// The lock the emulator holds for its life; `None` when another process holds it.
    pub fn lock(&self) -> Result<Option<ProjectLock>, Diagnosis> {
        self.create()?;
        ProjectLock::acquire(&self.path.join("lock"))
    }

    /// A fresh token for a fresh emulator, 0600.
    pub fn new_token(&self) -> Result<String, Diagnosis> {
        self.create()?;
        let token = secret::letters_and_digits(43)?;
        file::replace(&self.token_file(), token.as_bytes())?;
        Ok(token)
    }

    pub fn token_file(&self) -> PathBuf {
        self.path.join("token")
    }

    pub fn log_file(&self) -> PathBuf {
        self.path.join("emulator.log")
    }

    /// The output of a detached emulator.
    pub fn log(&self) -> Result<RotatingLog, Diagnosis> {
        self.create()?;
        RotatingLog::open(self.log_file(), Bounds { bytes: 10 << 20, old: 1 })
    }

    /// Of all endpoints of the project; survives `down`.
    pub fn traffic_log(&self) -> Result<RotatingLog, Diagnosis> {
        self.create()?;
        RotatingLog::open(self.traffic_log_file(), TRAFFIC)
    }

    pub fn traffic_log_file(&self) -> PathBuf {
        self.path.join("traffic.jsonl")
    }

    /// What the data collector has written; survives `down`.
    pub fn collected(&self) -> PathBuf {
        self.path.join("collected")
    }

    /// The newest first; not every one may be there.
    pub fn traffic_log_files(&self) -> impl Iterator<Item = PathBuf> {
        let newest = self.traffic_log_file();
        (0..=TRAFFIC.old).map(move |number| numbered(&newest, number))
    }

    /// `down --purge`: state, keys, ports, logs. Only whoever holds the lock may, and no one a newer version's.
    pub fn forget(&self, lock: ProjectLock) -> Result<(), Diagnosis> {
        if let Err(fault) = self.read()
            && fault.code == local::STATE_NEWER
        {
            return Err(fault);
        }
        let removed = match std::fs::remove_dir_all(&self.path) {
            // Not empty: somebody has begun anew in the meantime.
            Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::DirectoryNotEmpty) => {
                Err(unwritable(&self.path, &error))
            }
            _ => Ok(()),
        };
        drop(lock);
        removed
    }

    pub(super) fn keys_file(&self) -> PathBuf {
        self.path.join("keys.json")
    }

    pub(super) fn sidecar_file(&self) -> PathBuf {
        self.path.join("sidecar.json")
    }

    fn state_file(&self) -> PathBuf {
        self.path.join("state.json")
    }
}

pub(super) fn projects(home: &Home) -> PathBuf {
    home.state.join("projects")
}

/// The line that takes an emulator down that this binary does not understand.
pub(crate) fn down_line(project: &str, executable: &str) -> String {
    let (project, executable) = (quoted(project), quoted(executable));
    format!("take it down with the version that started it: `cd {project} && {executable} down`")
}

fn canonical(project: &Path) -> Result<PathBuf, Diagnosis> {
    project.canonicalize().or_else(|_| std::path::absolute(project)).map_err(|error| {
        Diagnosis::error(local::STATE_UNREADABLE, format!("{} is no project folder: {error}", project.display()))
    })
}
