//! Which files make the project: the top level of a folder, or the files that were named.

mod messages;

pub use messages::names;

use crate::classify::{Class, classify, looks_meant};
use crate::files::{Files, unreadable};
use crate::findings::Findings;
use crate::placeholder::placeholder;
use crate::source::{At, Source};
use crate::tree::build::{self, Document, Fault};
use diagnosis::{Diagnosis, Place, spec};
use messages::{missing, nothing, stranger};
use model::LoadRequest;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A parsed endpoint or deployment file.
#[derive(Debug)]
pub struct Parsed {
    pub path: PathBuf,
    pub source: Rc<Source>,
    pub document: Document,
    pub class: Class,
}

#[derive(Debug)]
pub struct Discovered {
    /// The project folder, canonical.
    pub root: PathBuf,
    pub files: Vec<Parsed>,
    /// YAML files of the folder that are something else.
    pub others: Vec<PathBuf>,
}

pub fn discover(request: &LoadRequest, files: &Files, findings: &Findings) -> Result<Discovered, Box<Diagnosis>> {
    let single = request.path.is_file();
    let folder = if single { parent(&request.path) } else { request.path.clone() };
    let root = folder.canonicalize().map_err(|error| unreadable(&request.path, &missing(&error)))?;
    let named: Vec<PathBuf> = if single { vec![request.path.clone()] } else { vec![] };
    let named: Vec<PathBuf> = named.into_iter().chain(request.files.iter().cloned()).collect();
    let mut found = Discovered { root, files: vec![], others: vec![] };
    if named.is_empty() {
        for path in top_level(&folder).map_err(|error| unreadable(&folder, &error.to_string()))? {
            found.consider(path, files, findings);
        }
    } else {
        named.into_iter().for_each(|path| found.insist(path, files, findings));
    }
    if found.files.is_empty() && !findings.failed() {
        return Err(Box::new(nothing(&folder, &found.others)));
    }
    Ok(found)
}

impl Discovered {
    /// A file of the folder: taken when it is ours.
    fn consider(&mut self, path: PathBuf, files: &Files, findings: &Findings) {
        let Ok(source) = files.open(&path) else {
            return self.others.push(path);
        };
        match parse(&source) {
            Ok(document) => match classify(&document.root) {
                Class::Other => self.others.push(path),
                class => self.files.push(Parsed { path, source, document, class }),
            },
            Err(fault) if looks_meant(text(&source)) => report(fault, findings),
            Err(_) => self.others.push(path),
        }
    }

    /// A file that was named: it has to be ours.
    fn insist(&mut self, path: PathBuf, files: &Files, findings: &Findings) {
        let source = match files.open(&path) {
            Ok(source) => source,
            Err(reason) => return findings.add_general(unreadable(&path, &reason)),
        };
        match parse(&source).map(|document| (classify(&document.root), document)) {
            Err(fault) => report(fault, findings),
            Ok((Class::Other, document)) => findings.add(&At::start(&source), "", stranger(&path, &document)),
            Ok((class, document)) => self.files.push(Parsed { path, source, document, class }),
        }
    }
}

pub fn parse(source: &Rc<Source>) -> Result<Document, Fault> {
    build::document(source, text(source))
}

/// A syntax error.
pub fn report(fault: Fault, findings: &Findings) {
    let line = fault.at.place("");
    let file = fault.at.source.shown();
    if let Place::Yaml { snippet: Some(found), .. } = &line
        && let Some(left) = placeholder(&found.line)
    {
        let found =
            Diagnosis::error(spec::YAML_SYNTAX, format!("{file}: unfilled placeholder `{left}`, which is not YAML"));
        return findings.add(&fault.at, "fill it in", found.remedy(format!("write the value in place of `{left}`")));
    }
    findings.add(&fault.at, fault.message, Diagnosis::error(spec::YAML_SYNTAX, format!("{file}: not YAML")));
}

fn text(source: &Source) -> &str {
    match source {
        Source::File { text, .. } => text,
        Source::Flag { typed, .. } => typed,
    }
}

fn parent(path: &Path) -> PathBuf {
    path.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new(".")).to_owned()
}

/// The YAML files directly in the folder, by name.
pub fn top_level(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let yaml = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("yml") || it.eq_ignore_ascii_case("yaml"));
        if yaml && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
