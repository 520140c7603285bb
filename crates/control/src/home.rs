//! The two folders of a person: state (small, must survive) and cache (large, can be made again).

use diagnosis::{Diagnosis, local};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// `LOCAL_ENDPOINT_STATE`, which leaves the cache where it is; else `LOCAL_ENDPOINT_HOME`, else
    /// `$XDG_STATE_HOME/local-endpoint` or the platform's equivalent.
    pub state: PathBuf,
    /// `$XDG_CACHE_HOME/local-endpoint`, else `LOCAL_ENDPOINT_HOME/cache`, else the platform's equivalent.
    pub cache: PathBuf,
}

impl Home {
    /// Reads the environment; makes nothing.
    pub fn find() -> Result<Self, Diagnosis> {
        Self::from(|name| std::env::var_os(name), platform)
    }

    fn from(
        variable: impl Fn(&str) -> Option<OsString>,
        platform: impl FnOnce() -> Result<Self, Diagnosis>,
    ) -> Result<Self, Diagnosis> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(absolute).transpose();
        let home = match set("LOCAL_ENDPOINT_HOME")? {
            None => platform()?,
            Some(state) => {
                // The XDG specification: a relative path is ignored.
                let caches = variable("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
                let cache = caches.map_or_else(|| state.join("cache"), |caches| caches.join("local-endpoint"));
                Self { state, cache }
            }
        };
        let state = set("LOCAL_ENDPOINT_STATE")?.unwrap_or(home.state);
        Ok(Self { state, cache: home.cache })
    }

    /// Makes both folders, 0700. A folder that already stands keeps its mode: it may be the user's own.
    pub fn create(&self) -> Result<(), Diagnosis> {
        create_private(&self.state)?;
        create_private(&self.cache)
    }
}

/// Makes a folder and what is missing above it, each readable by its owner alone.
pub fn create_private(folder: &Path) -> Result<(), Diagnosis> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| unwritable(folder, &error))
}

/// Why the state cannot be written, and what helps.
pub fn unwritable(path: &Path, error: &std::io::Error) -> Diagnosis {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    let told = Diagnosis::error(local::STATE_UNWRITABLE, format!("{} cannot be written: {error}", path.display()));
    match error.kind() {
        StorageFull | QuotaExceeded => {
            told.remedy("free some space, or set LOCAL_ENDPOINT_HOME to a folder on another disk")
        }
        _ => told,
    }
}

fn absolute(path: OsString) -> Result<PathBuf, Diagnosis> {
    std::path::absolute(path).map_err(|error| no_home(&error))
}

fn no_home(error: &impl std::fmt::Display) -> Diagnosis {
    Diagnosis::error(local::NO_HOME, format!("there is no home folder for the state: {error}"))
}

/// XDG on Linux, `Library` on macOS, `AppData` on Windows (which have no folder of their own for state).
fn platform() -> Result<Home, Diagnosis> {
    use etcetera::BaseStrategy;
    let folders = etcetera::base_strategy::choose_native_strategy().map_err(|error| no_home(&error))?;
    let state = folders.state_dir().unwrap_or_else(|| folders.data_dir());
    Ok(Home { state: state.join("local-endpoint"), cache: folders.cache_dir().join("local-endpoint") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(variables: &[(&str, &str)]) -> Home {
        let platform = || Ok(Home { state: "/p/state".into(), cache: "/p/cache".into() });
        let variable = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into());
        Home::from(variable, platform).expect("a home")
    }

    #[test]
    fn the_environment_decides() {
        let (ours, caches) = (("LOCAL_ENDPOINT_HOME", "/h"), "XDG_CACHE_HOME");
        let state = ("LOCAL_ENDPOINT_STATE", "/s");
        let cases = [
            (vec![], "/p/state", "/p/cache"),
            (vec![("LOCAL_ENDPOINT_HOME", "")], "/p/state", "/p/cache"),
            (vec![ours], "/h", "/h/cache"),
            (vec![ours, (caches, "/c")], "/h", "/c/local-endpoint"),
            (vec![ours, (caches, "relative")], "/h", "/h/cache"),
            (vec![state], "/s", "/p/cache"),
            (vec![ours, state], "/s", "/h/cache"),
        ];
        for (variables, state, cache) in cases {
            assert_eq!(home(&variables), Home { state: state.into(), cache: cache.into() }, "{variables:?}");
        }
    }

    #[test]
    fn a_full_disk_and_a_forbidden_folder_say_what_helps() {
        let full = unwritable(Path::new("/s/state.json"), &std::io::ErrorKind::StorageFull.into());
        assert_eq!(full.headline(), "/s/state.json cannot be written: no storage space");
        assert_eq!(full.advice(), "free some space, or set LOCAL_ENDPOINT_HOME to a folder on another disk");
        let forbidden = unwritable(Path::new("/s"), &std::io::ErrorKind::PermissionDenied.into());
        assert_eq!(forbidden.advice(), "set LOCAL_ENDPOINT_HOME to a folder that can be written");
        assert_eq!(forbidden.exit(), diagnosis::Exit::EngineUnavailable);
    }

    #[cfg(unix)]
    #[test]
    fn folders_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let home = Home { state: folder.path().join("a/state"), cache: folder.path().join("a/cache") };
        home.create().expect("made");
        let mode = std::fs::metadata(&home.state).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
