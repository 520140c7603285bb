//! A conda file as pip requirements, for a base without conda, and what of it is lost on the way.

use model::{CondaFile, CondaPackage};

const SERVER_PACKAGES: &[&str] = &["azureml-inference-server-http", "azureml-defaults"];

/// Conda names that mean something else, or nothing, to pip. Empty: there is no pip package of it.
const RENAMED: &[(&str, &str)] = &[
    ("pytorch", "torch"),
    ("pytorch-cpu", "torch"),
    ("tensorflow-gpu", "tensorflow"),
    ("py-xgboost", "xgboost"),
    ("msgpack-python", "msgpack"),
    ("matplotlib-base", "matplotlib"),
    ("opencv", "opencv-python-headless"),
    ("pytables", "tables"),
    ("pip", ""),
    ("setuptools", ""),
    ("wheel", ""),
    ("cudatoolkit", ""),
    ("cudnn", ""),
    ("pytorch-cuda", ""),
    ("pytorch-mutex", ""),
    ("cpuonly", ""),
    ("mkl", ""),
    ("openblas", ""),
    ("libgcc", ""),
    ("libgcc-ng", ""),
    ("libstdcxx-ng", ""),
    ("libgomp", ""),
    ("openssl", ""),
    ("ca-certificates", ""),
    ("gcc", ""),
    ("gxx", ""),
    ("compilers", ""),
    ("nomkl", ""),
];

/// Tools whose absence changes nothing for a scoring script, so nobody need hear of it.
const SILENT: &[&str] = &["pip", "setuptools", "wheel"];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translation {
    /// In file order: conda packages, then the pip list.
    pub requirements: Vec<String>,
    /// `3.11` of `python=3.11`.
    pub python: Option<String>,
    /// Package names that pip cannot bring.
    pub lost: Vec<String>,
    /// What else is not as the file has it, each in a few words.
    pub changed: Vec<String>,
}

pub fn translate(file: &CondaFile) -> Translation {
    let mut translation = Translation::default();
    for package in &file.packages {
        take(package, &mut translation);
    }
    translation.requirements.extend(file.pip.iter().cloned());
    translation
}

/// Whether the file brings the server that runs the scoring script.
pub fn has_inference_server(file: &CondaFile) -> bool {
    let names = file.packages.iter().map(|package| &package.name).chain(&file.pip);
    names.map(|requirement| distribution(requirement)).any(|name| SERVER_PACKAGES.contains(&name.as_str()))
}

/// `Azureml_Inference-server-http[x]>=1` -> `azureml-inference-server-http`, the name as PyPI compares it.
pub fn distribution(requirement: &str) -> String {
    let requirement = requirement.trim_start();
    let end =
        requirement.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(requirement.len());
    let words = requirement[..end].split(['-', '_', '.']);
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-").to_lowercase()
}

/// The lines of the pip list that name a file beside the conda file, which Azure's build does not have.
pub fn local_lines(file: &CondaFile) -> impl Iterator<Item = &String> {
    file.pip.iter().filter(|line| is_local(line.trim()))
}

fn is_local(line: &str) -> bool {
    const FILES: [&str; 6] = ["-r", "--requirement", "-c", "--constraint", "-e", "--editable"];
    let option = FILES.iter().filter_map(|option| line.strip_prefix(option));
    match option.max_by_key(|rest| std::cmp::Reverse(rest.len())) {
        Some(target) => !target.contains("://") || target.contains("file:"),
        None if line.starts_with('-') => false,
        None => {
            let path = line.starts_with(['.', '/']) || (line.ends_with(".whl") && !line.contains("://"));
            path || line.starts_with("file:") || line.contains("@ file:")
        }
    }
}

fn take(package: &CondaPackage, translation: &mut Translation) {
    if package.name == "python" {
        return take_python(&package.constraint, translation);
    }
    let renamed = RENAMED.iter().find(|(conda, _)| *conda == package.name).map(|(_, pip)| *pip);
    match renamed.unwrap_or(&package.name) {
        "" if SILENT.contains(&package.name.as_str()) => {}
        "" => translation.lost.push(package.name.clone()),
        // What `conda env export` lists of conda's own.
        name if name.starts_with('_') => translation.lost.push(package.name.clone()),
        name => {
            let (first, others) = package.constraint.split_once('|').unwrap_or((&package.constraint, ""));
            if !others.is_empty() {
                let text = format!("of {} {} only the first choice is taken", package.name, package.constraint);
                translation.changed.push(text);
            }
            translation.requirements.push(format!("{name}{}", constraint(first)));
        }
    }
}

fn take_python(constraint: &str, translation: &mut Translation) {
    translation.python = python_version(constraint);
    let asked = match &translation.python {
        Some(version) => format!("python={version}"),
        None if constraint.is_empty() => return,
        None => format!("python {constraint}"),
    };
    translation.changed.push(format!("{asked} is the base's or this machine's choice"));
}

/// `=3.11`, `==3.11.4`, `>=3.10,<3.12` -> the first version that is wanted, two parts of it.
fn python_version(constraint: &str) -> Option<String> {
    let wanted = constraint.split([',', '|']).map(str::trim).find(|part| !part.starts_with(['<', '!']))?;
    let digits = wanted.trim_start_matches(|c: char| !c.is_ascii_digit());
    let mut parts = digits.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    Some(format!("{}.{}", parts.next()?, parts.next()?))
}

/// Conda's `=1.2` is a prefix, `1.2` alone and `==1.2` are exact; a build string has no meaning for pip.
fn constraint(written: &str) -> String {
    written.split(',').map(one_constraint).filter(|one| !one.is_empty()).collect::<Vec<_>>().join(",")
}

fn one_constraint(written: &str) -> String {
    let written = written.trim();
    let version = written.trim_start_matches(['=', '<', '>', '!', '~']);
    let operator = &written[..written.len() - version.len()];
    let mut words = version.split(|c: char| c == '=' || c.is_whitespace()).filter(|word| !word.is_empty());
    let (version, build) = (words.next().unwrap_or("*"), words.next());
    let prefix = version.trim_end_matches(['*', '.']);
    match (operator, build) {
        _ if prefix.is_empty() => String::new(),
        ("=", None) => format!("=={prefix}.*"),
        ("" | "=" | "==", _) if prefix == version => format!("=={version}"),
        ("" | "=" | "==", _) => format!("=={prefix}.*"),
        ("!=", _) if prefix != version => format!("!={prefix}.*"),
        // An order has no prefix in pip's words.
        (operator, _) => format!("{operator}{prefix}"),
    }
}
