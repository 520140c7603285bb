//! The path that was most likely meant.

use crate::nearest::nearest;
use std::cmp::Reverse;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearestPath<'a> {
    pub path: &'a str,
    /// Only the case of letters differs, which counts on Linux.
    pub case_only: bool,
}

/// Of the paths that there are: the same in other letters; else the same name elsewhere, the more of the folders above it
/// are the same the better; else a name that differs by a slip.
pub fn nearest_path<'a>(wanted: &str, existing: &[&'a str]) -> Option<NearestPath<'a>> {
    let folded = wanted.to_lowercase();
    if let Some(path) = existing.iter().find(|path| path.to_lowercase() == folded) {
        return Some(NearestPath { path, case_only: true });
    }
    let name = last(&folded);
    let ends_alike = |path: &&&str| common_end(&path.to_lowercase(), &folded);
    let named = existing.iter().filter(|path| last(&path.to_lowercase()) == name);
    let path = named.max_by_key(|path| (ends_alike(path), Reverse(path.len()))).or_else(|| {
        let meant = nearest(name, existing.iter().map(|path| last(path)))?;
        existing.iter().filter(|path| last(path) == meant).max_by_key(ends_alike)
    })?;
    Some(NearestPath { path, case_only: false })
}

fn last(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

/// How many parts, from the end, are the same.
fn common_end(one: &str, other: &str) -> usize {
    std::iter::zip(one.rsplit('/'), other.rsplit('/')).take_while(|(one, other)| one == other).count()
}
