//! debugpy, fetched once for all projects: neither the user's files nor their image are touched.

use crate::context::Context;
use crate::plan;
use diagnosis::{Diagnosis, engine as rows};
use engine::Recipe;
use model::{Deployment, RunOptions};
use std::path::{Path, PathBuf};

/// The last version that runs with Python 3.8, which images of Azure's still have. Its wheel without compiled parts alone
/// has this hash: whatever Python fetches it, every Python runs it.
const VERSION: &str = "1.8.21";
const SHA256: &str = "b1e37d333663c8851516a47364ef473da127f9caebe4417e6df6f5825a7e9a92";

/// The package's own folder; `None`: the deployment is not debugged.
///
/// # Errors
/// `DebugpyMissing`
pub async fn fetched(
    context: &Context,
    deployment: &Deployment,
    options: &RunOptions,
) -> Result<Option<PathBuf>, Diagnosis> {
    if !plan::is_debugged(deployment, options) {
        return Ok(None);
    }
    if let Some(folder) = &options.debugpy {
        return package(folder).map(Some).ok_or_else(|| missing(&format!("there is none in {}", folder.display())));
    }
    let recipe = Recipe::Python {
        key: format!("debugpy-{VERSION}"),
        requirements: vec![format!("debugpy=={VERSION} --hash=sha256:{SHA256}")],
        python: None,
    };
    let report = |text: String| context.progress(&deployment.name, format!("debugpy: {text}"));
    let base = context
        .engines
        .process
        .prepare(&recipe, &crate::build::terms(options)?, &report)
        .await
        .map_err(|error| missing(&error.to_string()))?;
    let found = site_packages(Path::new(&base.name)).find_map(|folder| package(&folder));
    found.map(Some).ok_or_else(|| missing(&format!("{} is damaged: remove it", base.name)))
}

fn site_packages(environment: &Path) -> impl Iterator<Item = PathBuf> {
    let versions = std::fs::read_dir(environment.join("lib")).into_iter().flatten().flatten();
    versions.map(|version| version.path().join("site-packages"))
}

fn package(folder: &Path) -> Option<PathBuf> {
    let package = folder.join("debugpy");
    package.join("__init__.py").is_file().then_some(package)
}

fn missing(why: &str) -> Diagnosis {
    let remedy = format!(
        "see to it that `python3 -m venv` works here and reaches the package index (PIP_INDEX_URL, proxy, certificates); or bring \
         it along: `pip install --target FOLDER debugpy=={VERSION}` elsewhere, and LOCAL_ENDPOINT_DEBUGPY=FOLDER here"
    );
    Diagnosis::error(rows::DEBUGPY_MISSING, format!("debugpy, which --debug needs, is not here: {why}")).remedy(remedy)
}
