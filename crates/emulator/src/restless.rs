//! Files that the code writes when it starts, or with a request: followed, they would start it again and again.

use crate::doors::Doors;
use model::DeploymentMeters;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// A person changes a file while code starts or runs, too, but not so many times in a row.
const MOST: u32 = 3;

/// How often in a row a file has changed while code was starting or requests ran.
#[derive(Debug, Default)]
pub struct Restless(BTreeMap<PathBuf, u32>);

impl Restless {
    /// `runs`: code is starting, or works on requests. Those of these files that are restless from now on.
    pub fn meets(&mut self, files: &[PathBuf], runs: bool) -> Vec<PathBuf> {
        if !runs || files.iter().any(|file| is_code(file)) {
            self.0.clear();
            return vec![];
        }
        self.0.retain(|file, times| *times >= MOST || files.contains(file));
        let mut fresh = vec![];
        for file in files {
            let times = self.0.entry(file.clone()).or_default();
            *times += 1;
            if *times == MOST {
                fresh.push(file.clone());
            }
        }
        fresh
    }

    pub fn are_all(&self, files: &[PathBuf]) -> bool {
        files.iter().all(|file| self.0.get(file).is_some_and(|times| *times >= MOST))
    }
}

/// Whether requests run, which may write.
#[derive(Debug, Default)]
pub struct Asked {
    ended: u64,
    /// When one was last seen.
    pub last: Option<Instant>,
}

impl Asked {
    pub fn look(&mut self, doors: &Doors) {
        let endpoints = doors.ports().into_keys();
        let counted: Vec<_> = endpoints.flat_map(|endpoint| doors.counted(&endpoint).into_values()).collect();
        let ended = counted.iter().map(DeploymentMeters::ended).sum();
        if ended != self.ended || counted.iter().any(|it| it.in_flight > 0) {
            *self = Self { ended, last: Some(Instant::now()) };
        }
    }
}

fn is_code(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "py")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn a_file_that_changes_with_every_start_is_restless() {
        let (mut restless, cache) = (Restless::default(), paths(&["cache.json"]));
        let met: Vec<_> = (0..4).map(|_| (restless.meets(&cache, true).len(), restless.are_all(&cache))).collect();
        assert_eq!(met, [(0, false), (0, false), (1, true), (0, true)]);
        assert!(!restless.are_all(&paths(&["cache.json", "rows.csv"])), "another file is none");
        assert!(restless.meets(&paths(&["score.py"]), true).is_empty());
        assert!(!restless.are_all(&cache), "code that changes ends it");
    }

    #[test]
    fn a_person_who_saves_between_starts_is_none() {
        let (mut restless, file) = (Restless::default(), paths(&["prompt.txt"]));
        for starts in [true, true, false, true, true] {
            assert!(restless.meets(&file, starts).is_empty() && !restless.are_all(&file));
        }
    }
}
