//! Reading text files, each once, with its rank in the order of findings.

use crate::paths;
use crate::source::Source;
use diagnosis::{Diagnosis, spec};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A YAML of more bytes is no deployment.
const LIMIT: u64 = 16 * 1024 * 1024;

#[derive(Debug, Default)]
pub struct Files {
    opened: RefCell<Vec<Rc<Source>>>,
}

impl Files {
    /// Reads a file. Error: why not, for a person.
    pub fn open(&self, path: &Path) -> Result<Rc<Source>, String> {
        let shown = paths::shown(path);
        let text = text(path)?;
        let absolute = std::path::absolute(path).map_err(|error| error.to_string())?;
        let folder = absolute.parent().unwrap_or(Path::new("/"));
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let mut opened = self.opened.borrow_mut();
        let source = Rc::new(Source::File { shown, folder, text, rank: opened.len() });
        opened.push(Rc::clone(&source));
        Ok(source)
    }

    /// Every file that was opened, absolute, those that could not be read left out.
    pub fn opened(&self) -> Vec<PathBuf> {
        let mut paths: Vec<_> = self.opened.borrow().iter().filter_map(place).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Whether something refers to the file, so that it is no stray one. Looking at it to find out what it is does
    /// not count: a file is opened once for that, and once more when it is used.
    pub fn is_used(&self, path: &Path) -> bool {
        let Ok(wanted) = path.canonicalize() else { return false };
        let is = |source: &&Rc<Source>| place(source).as_ref() == Some(&wanted);
        self.opened.borrow().iter().filter(is).count() > 1
    }
}

fn place(source: &Rc<Source>) -> Option<PathBuf> {
    match &**source {
        Source::File { shown, folder, .. } => shown.file_name().map(|name| folder.join(name)),
        Source::Flag { .. } => None,
    }
}

fn text(path: &Path) -> Result<String, String> {
    let size = path.metadata().map_err(reason)?.len();
    if size > LIMIT {
        return Err("it is larger than 16 MB".into());
    }
    let bytes = std::fs::read(path).map_err(reason)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("it is not UTF-8 text (byte {} is no character)", error.utf8_error().valid_up_to()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

#[allow(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
fn reason(error: std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        _ => error.to_string(),
    }
}

pub fn unreadable(path: &Path, reason: &str) -> Diagnosis {
    Diagnosis::error(spec::UNREADABLE, format!("cannot read {}: {reason}", paths::shown(path).display()))
}
