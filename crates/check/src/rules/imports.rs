//! Imports against the conda file: only names that are known, only where the file says all there is.

use crate::python::Script;
use crate::subject::Subject;
use diagnosis::{Diagnosis, start};
use lifecycle::plan::{distribution, local_lines};
use std::collections::BTreeSet;
use std::path::Path;

/// Import name -> distributions (conda's or pip's) that have it.
#[rustfmt::skip]
const BROUGHT_BY: &[(&str, &[&str])] = &[
    ("numpy", &["numpy"]), ("pandas", &["pandas"]), ("scipy", &["scipy"]), ("sklearn", &["scikit-learn"]),
    ("joblib", &["joblib"]), ("torch", &["torch", "pytorch", "pytorch-cpu"]), ("torchvision", &["torchvision"]),
    ("tensorflow", &["tensorflow", "tensorflow-cpu", "tensorflow-gpu"]), ("keras", &["keras"]),
    ("xgboost", &["xgboost", "py-xgboost"]), ("lightgbm", &["lightgbm"]), ("catboost", &["catboost"]),
    ("onnxruntime", &["onnxruntime", "onnxruntime-gpu"]), ("transformers", &["transformers"]),
    ("PIL", &["pillow"]), ("cv2", &["opencv-python", "opencv-python-headless", "opencv"]), ("yaml", &["pyyaml"]),
    ("requests", &["requests"]), ("mlflow", &["mlflow", "mlflow-skinny"]), ("statsmodels", &["statsmodels"]),
    ("spacy", &["spacy"]), ("nltk", &["nltk"]), ("matplotlib", &["matplotlib", "matplotlib-base"]),
    ("inference_schema", &["inference-schema"]), ("flask", &["flask"]),
];

/// What comes along: distribution -> distributions it installs. One that is not here may bring anything.
#[rustfmt::skip]
const BRINGS: &[(&str, &[&str])] = &[
    ("python", &[]), ("pip", &[]), ("setuptools", &[]), ("wheel", &[]), ("numpy", &[]), ("joblib", &[]),
    ("pyyaml", &[]), ("pillow", &[]), ("requests", &[]),
    ("pandas", &["numpy"]), ("scipy", &["numpy"]), ("scikit-learn", &["numpy", "scipy", "joblib"]),
    ("xgboost", &["numpy", "scipy"]), ("lightgbm", &["numpy", "scipy"]), ("onnxruntime", &["numpy"]),
    ("opencv-python", &["numpy"]), ("opencv-python-headless", &["numpy"]),
    ("azureml-inference-server-http", &["flask", "inference-schema", "requests"]),
];

pub fn imports(subject: &Subject<'_>, script: &Script, path: &Path, found: &mut Vec<Diagnosis>) {
    let Some(file) = subject.conda().filter(|file| local_lines(file).next().is_none()) else { return };
    let listed: BTreeSet<String> =
        file.packages.iter().map(|it| &it.name).chain(&file.pip).map(|it| distribution(it)).collect();
    let closed = listed.iter().all(|it| brings(it).is_some());
    let all: BTreeSet<&str> =
        listed.iter().flat_map(|it| brings(it).unwrap_or_default().iter().copied().chain([it.as_str()])).collect();
    let folders = [path.parent(), subject.deployment.code.as_ref().map(|code| code.folder.as_path())];
    let mut told = BTreeSet::new();
    for import in script.imports() {
        let Some((_, by)) = BROUGHT_BY.iter().find(|(name, _)| *name == import.top) else { continue };
        let own = folders.iter().flatten().any(|it| is_module(it, import.top));
        if own || by.iter().any(|it| all.contains(it)) || !told.insert(import.top) {
            continue;
        }
        let message =
            format!("the script imports `{}`, and no package of the conda file is known to bring it", import.top);
        let code = start::USER_SCRIPT_IMPORT_ERROR;
        let finding = if closed { Diagnosis::error(code, message) } else { Diagnosis::warning(code, message) };
        let remedy = format!("add `{}` to the conda file", by.first().unwrap_or(&import.top));
        found.push(finding.at(script.place(import.at, "not in the environment")).remedy(remedy));
    }
}

fn brings(name: &str) -> Option<&'static [&'static str]> {
    BRINGS.iter().find(|(it, _)| *it == name).map(|(_, brings)| *brings)
}

fn is_module(folder: &Path, name: &str) -> bool {
    folder.join(format!("{name}.py")).is_file() || folder.join(name).is_dir()
}
