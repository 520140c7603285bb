//! Files that an instance has here and az would not upload. They are not hidden: a folder that is mounted whole shows an
//! edit, a new file and a renamed one at once, which one that is put together from parts would not. So they are named.

use super::files::files_below;
use super::ignore_file::IgnoreFile;
use super::readable::names;
use diagnosis::{Diagnosis, Place, check};
use model::{AssetRef, Deployment};
use std::path::{Path, PathBuf};

/// Of the code, and of a model that is uploaded with the deployment.
pub fn notes(deployment: &Deployment) -> Vec<Diagnosis> {
    uploaded(deployment).filter_map(|folder| note(deployment, folder)).collect()
}

/// The folders that az uploads, with their files.
pub fn uploaded(deployment: &Deployment) -> impl Iterator<Item = &Path> {
    let code = deployment.code.as_ref().map(|code| code.folder.as_path());
    let model = deployment.model.as_ref().filter(|model| model.reference == AssetRef::Local);
    code.into_iter().chain(model.map(|model| model.path.as_path()))
}

fn note(deployment: &Deployment, folder: &Path) -> Option<Diagnosis> {
    let ignored = IgnoreFile::of(folder)?;
    let mut files: Vec<PathBuf> = files_below(folder).filter(|file| is_left_out(&ignored, file)).collect();
    files.sort();
    let count = match files.len() {
        0 => return None,
        1 => "a file".to_owned(),
        many => format!("{many} files"),
    };
    let message =
        format!("{}: an instance has {count} that az does not upload: {}", deployment.name, names(deployment, &files));
    let remedy =
        "what is named here is not there in Azure: `local-endpoint check` tells what of it the scoring script needs";
    let place = Place::File(deployment.shown(ignored.path()).to_owned());
    Some(Diagnosis::note(check::FILE_NOT_UPLOADED, message).at(place).remedy(remedy))
}

/// What Python writes for itself is nobody's file.
pub fn is_left_out(ignored: &IgnoreFile, file: &Path) -> bool {
    let is_cache = file.components().any(|part| part.as_os_str() == "__pycache__");
    !is_cache && ignored.excludes(file).is_some()
}
