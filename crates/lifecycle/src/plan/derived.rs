//! The image on top of a base: an environment with what the conda file lists, made by the base's own conda, else by pip.

use super::recipe::{CondaPlan, hash_bytes};
use diagnosis::Diagnosis;
use engine::{Base, Install, Pull, Recipe};
use std::collections::BTreeMap;

/// Where Azure's builds keep it as well: `/azureml-envs/azureml_<hash>` (seen: recommenders#2098, the build log).
const ENVIRONMENT: &str = "/azureml-envs/local-endpoint";

/// The channels' credentials reach conda, and are to be in no layer.
const WITHOUT_CREDENTIALS: &str = include_str!("without_credentials.sh");

/// An image with the deployment's own packages.
#[derive(Debug, Clone)]
pub struct Derived {
    pub recipe: Recipe,
    /// The environment in the image.
    pub path: &'static str,
    /// What is not as Azure would have made it.
    pub notes: Vec<Diagnosis>,
}

/// `on` made the base.
pub fn derived(base: &Base, on: Recipe, conda: &CondaPlan) -> Derived {
    let install = match &base.facts.conda {
        Some(program) => by_conda(program, base, &conda.document),
        None => by_pip(base, &conda.translation.requirements),
    };
    let notes = conda.unfaithful.iter().filter(|_| base.facts.conda.is_none()).cloned().collect();
    let tag = format!("local-endpoint/env:{}", hash(base, &install));
    Derived { recipe: Recipe::Derived { base: Box::new(made(on)), tag, install }, path: ENVIRONMENT, notes }
}

/// Whoever was to be asked for the base has been.
fn made(on: Recipe) -> Recipe {
    match on {
        Recipe::Image { image, pull: Pull::Always } => Recipe::Image { image, pull: Pull::Missing },
        on => on,
    }
}

/// Azure's own line, without what it cleans up afterwards (seen: recommenders#2098).
fn by_conda(program: &str, base: &Base, document: &str) -> Install {
    let libraries = joined(&format!("{ENVIRONMENT}/lib"), base.facts.env.get("LD_LIBRARY_PATH"));
    Install {
        steps: vec![
            format!("{program} env create -p {ENVIRONMENT} -f conda.yml"),
            format!("/bin/sh without_credentials.sh {ENVIRONMENT}"),
        ],
        files: vec![
            ("conda.yml".to_owned(), document.as_bytes().to_vec()),
            ("without_credentials.sh".to_owned(), WITHOUT_CREDENTIALS.as_bytes().to_vec()),
        ],
        env: BTreeMap::from([path(base), ("LD_LIBRARY_PATH".to_owned(), libraries)]),
    }
}

fn by_pip(base: &Base, requirements: &[String]) -> Install {
    Install {
        steps: vec![
            format!("python3 -m venv {ENVIRONMENT}"),
            format!("{ENVIRONMENT}/bin/python -m pip install -r requirements.txt"),
        ],
        files: vec![("requirements.txt".to_owned(), format!("{}\n", requirements.join("\n")).into_bytes())],
        env: BTreeMap::from([path(base)]),
    }
}

/// Its programs come first.
fn path(base: &Base) -> (String, String) {
    let usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned();
    ("PATH".to_owned(), joined(&format!("{ENVIRONMENT}/bin"), base.facts.env.get("PATH").or(Some(&usual))))
}

fn joined(first: &str, rest: Option<&String>) -> String {
    rest.filter(|rest| !rest.is_empty()).map_or_else(|| first.to_owned(), |rest| format!("{first}:{rest}"))
}

fn hash(base: &Base, install: &Install) -> String {
    let files = install.files.iter().flat_map(|(name, content)| [name.as_bytes(), content]);
    let env = install.env.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    hash_bytes(
        [base.id.as_bytes()].into_iter().chain(install.steps.iter().map(String::as_bytes)).chain(files).chain(env),
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::fs::{create_dir_all, read_to_string, write};

    #[test]
    fn what_conda_notes_of_its_channels_has_no_credentials() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        create_dir_all(at("env/conda-meta")).unwrap();
        write(at("without_credentials.sh"), WITHOUT_CREDENTIALS).unwrap();
        let package = "{\n  \"channel\": \"https://me:p@ss%2Fword@conda.example/t/tk-1234/private/linux-64\",\n  \
                       \"files\": [\"share/perl/t/unit/one.t\", \"lib/a@b\"],\n  \
                       \"url\": \"https://conda.example/t/tk-1234/private/linux-64/a-1-0.conda\"\n}";
        write(at("env/conda-meta/a-1-0.json"), package).unwrap();
        write(
            at("env/conda-meta/history"),
            "# cmd: conda\n+https://tk-5678@conda.example/private::a-1-0\n+defaults::b\n",
        )
        .unwrap();
        let mut shell = std::process::Command::new("/bin/sh");
        let ended = shell.args(["without_credentials.sh", "env"]).current_dir(folder.path()).status().unwrap();
        assert!(ended.success());
        let expected = "{\n  \"channel\": \"https://conda.example/private/linux-64\",\n  \
                        \"files\": [\"share/perl/t/unit/one.t\", \"lib/a@b\"],\n  \
                        \"url\": \"https://conda.example/private/linux-64/a-1-0.conda\"\n}";
        assert_eq!(read_to_string(at("env/conda-meta/a-1-0.json")).unwrap().trim_end(), expected);
        assert_eq!(
            read_to_string(at("env/conda-meta/history")).unwrap(),
            "# cmd: conda\n+https://conda.example/private::a-1-0\n+defaults::b\n"
        );
    }
}
