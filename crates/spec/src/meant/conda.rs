//! A conda environment file, on its own or written inline.

use super::Context;
use crate::discover::{parse, report};
use crate::files::unreadable;
use crate::findings::By;
use crate::notices;
use crate::paths;
use crate::source::At;
use crate::tree::{Entry, Node, Value};
use crate::written::Spanned;
use crate::written::assets::CondaWritten;
use diagnosis::{Diagnosis, spec};
use model::{CondaFile, CondaPackage};
use std::path::PathBuf;

pub fn conda(context: &Context<'_>, written: &CondaWritten) -> Option<CondaFile> {
    match written {
        CondaWritten::Inline(node, at) => Reader { context, failed: false }.file(node, at, None),
        CondaWritten::Path(path) => from_file(context, path),
    }
}

fn from_file(context: &Context<'_>, written: &Spanned<String>) -> Option<CondaFile> {
    if let Some(plain) = written.value.strip_prefix("file:") {
        let found = Diagnosis::error(spec::PATH_NOT_FOUND, "a conda file is named without `file:`");
        let found = found.remedy(format!("write `conda_file: {plain}`"));
        context.findings.add_by(By::Loader, &written.at, "`file:` is of the 2021 preview", found);
        return None;
    }
    let path = context.existing(written, By::Loader, spec::PATH_NOT_FOUND, "the conda file is missing")?;
    let source = match context.files.open(&paths::shown(&path)) {
        Ok(source) => source,
        Err(reason) => {
            context.findings.add_general(unreadable(&path, &reason));
            return None;
        }
    };
    match parse(&source) {
        Ok(document) => {
            notices::overridden(&document.overridden, context.findings);
            Reader { context, failed: false }.file(&document.root, &At::start(&source), Some(path))
        }
        Err(fault) => {
            report(fault, context.findings);
            None
        }
    }
}

struct Reader<'a> {
    context: &'a Context<'a>,
    failed: bool,
}

impl Reader<'_> {
    fn file(mut self, root: &Node, at: &At, path: Option<PathBuf>) -> Option<CondaFile> {
        if !root.is_map() {
            self.fault(at, "expected `dependencies:`", format!("a conda file is a mapping, not {}", root.kind()));
            return None;
        }
        let channels = root.entry("channels").map(|entry| self.texts(entry)).unwrap_or_default();
        let Some(dependencies) = root.entry("dependencies") else {
            self.fault(at, "`dependencies` belongs in here", "the conda file has no `dependencies`".into());
            return None;
        };
        let (line, document) = (dependencies.key.at.line, root.json());
        let mut file = CondaFile { path, line, channels, packages: vec![], pip: vec![], document };
        self.dependencies(dependencies, &mut file);
        (!self.failed).then_some(file)
    }

    fn dependencies(&mut self, entry: &Entry, file: &mut CondaFile) {
        let Value::List(items) = &entry.value.value else {
            return self.fault(&entry.key.at, "expected a list", format!("`dependencies` is {}", entry.value.kind()));
        };
        for item in items {
            match &item.value {
                Value::Text(text) => self.package(text, &item.at, file),
                Value::Map(entries) => entries.iter().for_each(|entry| self.pip(entry, file)),
                _ => self.fault(&item.at, "expected a package", format!("a dependency is {}", item.kind())),
            }
        }
    }

    /// `channel::name constraint`
    fn package(&mut self, text: &str, at: &At, file: &mut CondaFile) {
        let spec = text.rsplit("::").next().unwrap_or(text).trim();
        let end =
            spec.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(spec.len());
        if end == 0 {
            return self.fault(at, "expected a package", format!("`{text}` is no conda package"));
        }
        let (name, constraint) = (spec[..end].to_lowercase(), spec[end..].trim().to_owned());
        file.packages.push(CondaPackage { name, constraint });
    }

    fn pip(&mut self, entry: &Entry, file: &mut CondaFile) {
        if entry.name() == "pip" {
            return file.pip.extend(self.texts(entry));
        }
        let message = format!("`{}:` is no dependency; only `pip:` holds a list", entry.name());
        self.fault(&entry.key.at, "expected `pip:`", message);
    }

    fn texts(&mut self, entry: &Entry) -> Vec<String> {
        let Value::List(items) = &entry.value.value else {
            self.fault(&entry.key.at, "expected a list", format!("`{}` is {}", entry.name(), entry.value.kind()));
            return vec![];
        };
        let mut texts = vec![];
        for item in items {
            match item.text() {
                Some(text) => texts.push(text.to_owned()),
                None => self.fault(&item.at, "expected text", format!("`{}` holds {}", entry.name(), item.kind())),
            }
        }
        texts
    }

    fn fault(&mut self, at: &At, label: &str, message: String) {
        self.failed = true;
        self.context.findings.add(at, label, Diagnosis::error(spec::CONDA_FILE_INVALID, message));
    }
}
