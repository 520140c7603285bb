//! Files that the deployment needs and az does not upload. A conda file is no such one: az sends its content.

use crate::python::Script;
use crate::subject::{Subject, shown};
use diagnosis::{Diagnosis, check};
use lifecycle::{Excluded, IgnoreFile, files_below, is_left_out};
use model::{AssetRef, EnvironmentSource};
use std::path::{Path, PathBuf};

pub fn upload(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    code(subject, found);
    model(subject, found);
    build(subject, found);
}

fn code(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    let Some(code) = &subject.deployment.code else { return };
    let Some(ignored) = IgnoreFile::of(&code.folder) else { return };
    let script = code.folder.join(&code.scoring_script);
    if let Some(by) = ignored.excludes(&script) {
        let message = format!("az does not upload the scoring script {}", code.scoring_script);
        return found.push(at(&by, Diagnosis::error(check::FILE_NOT_UPLOADED, message)));
    }
    let Some(read) = Script::read(&script, shown(&script)) else { return };
    let mut modules: Vec<PathBuf> =
        read.imports().into_iter().filter_map(|it| module(&script, &code.folder, it.top)).collect();
    modules.sort();
    modules.dedup();
    for module in modules {
        if let Some(by) = ignored.excludes(&module) {
            let message =
                format!("{} imports {}, which az does not upload", code.scoring_script, shown(&module).display());
            found.push(at(&by, Diagnosis::warning(check::FILE_NOT_UPLOADED, message)));
        }
    }
    opened(&code.folder, &ignored, &read, found);
}

/// A file that the script names, by its path in the code folder or by its last part alone.
fn opened(folder: &Path, ignored: &IgnoreFile, script: &Script, found: &mut Vec<Diagnosis>) {
    let left_out: Vec<PathBuf> = files_below(folder).filter(|it| is_left_out(ignored, it)).collect();
    for (text, node) in script.texts() {
        let named = |file: &&PathBuf| {
            let below = file.strip_prefix(folder).unwrap_or(file);
            below == Path::new(text) || below.file_name().is_some_and(|name| name == text)
        };
        let Some(file) = left_out.iter().find(named).filter(|_| !text.is_empty()) else { continue };
        let message = format!("the scoring script names {}, which az does not upload", shown(file).display());
        let finding = Diagnosis::warning(check::FILE_NOT_UPLOADED, message);
        let by = ignored.excludes(file).map(|by| by.written()).unwrap_or_default();
        found.push(finding.at(script.place(node, "not there in Azure")).fact("left out by", by));
    }
}

/// The file of the code folder that an import loads.
fn module(script: &Path, code: &Path, name: &str) -> Option<PathBuf> {
    let folders = [script.parent()?, code];
    let files = folders.map(|folder| [folder.join(format!("{name}.py")), folder.join(name).join("__init__.py")]);
    files.into_iter().flatten().find(|it| it.is_file())
}

/// A registered model is in Azure already.
fn model(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    let Some(model) = subject.deployment.model.as_ref().filter(|it| it.reference == AssetRef::Local) else { return };
    let Some(ignored) = IgnoreFile::of(&model.path) else { return };
    let files: Vec<PathBuf> = files_below(&model.path).filter(|it| !is_ignore_file(it)).collect();
    let left_out: Vec<(&PathBuf, Excluded<'_>)> =
        files.iter().filter_map(|file| Some((file, ignored.excludes(file)?))).collect();
    let Some((first, by)) = left_out.first() else { return };
    let finding = if left_out.len() == files.len() {
        Diagnosis::error(check::FILE_NOT_UPLOADED, "az uploads no file of the model, and refuses an empty folder")
    } else {
        let first = first.strip_prefix(&model.path).unwrap_or(first).display();
        let counted = format!("{} of the {} files of the model", left_out.len(), files.len());
        Diagnosis::warning(check::FILE_NOT_UPLOADED, format!("az does not upload {counted}: {first}, for one"))
    };
    found.push(at(by, finding));
}

fn build(subject: &Subject<'_>, found: &mut Vec<Diagnosis>) {
    let EnvironmentSource::Build { context, dockerfile } = &subject.deployment.environment.source else { return };
    let Some(ignored) = IgnoreFile::of(context) else { return };
    if let Some(by) = ignored.excludes(&context.join(dockerfile)) {
        let message = format!("az does not upload {dockerfile} of the build context");
        found.push(at(&by, Diagnosis::error(check::FILE_NOT_UPLOADED, message)));
    }
}

fn is_ignore_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == ".amlignore" || name == ".gitignore")
}

fn at(by: &Excluded<'_>, found: Diagnosis) -> Diagnosis {
    found.at(by.place(shown(by.file()), "leaves it out"))
}
