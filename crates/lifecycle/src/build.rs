//! A base that is made: on which terms, what is said meanwhile, and what stays of its log.

use crate::context::Context;
use crate::installing;
use crate::prepare::Failure;
use diagnosis::{Diagnosis, engine as rows};
use engine::{Base, BuildTerms, Engine, EngineError, Recipe};
use model::{Deployment, RunOptions};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Ours, where nobody says another one. As long as Azure's registry was seen to give a build (MachineLearningNotebooks#983:
/// `Executing step ID: acb_step_0. Timeout(sec): 5400`).
const DEADLINE: Duration = Duration::from_secs(5400);

/// For whom something is made, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Build<'a> {
    pub context: &'a Context,
    pub engine: &'a Arc<dyn Engine>,
    pub deployment: &'a Deployment,
    pub options: &'a RunOptions,
}

impl Build<'_> {
    /// The packages, and what installing them costs Azure at every start.
    pub async fn installed(&self, recipe: &Recipe) -> Result<(Base, Duration), Failure> {
        let since = Instant::now();
        let base = self.make(recipe).await?;
        let took = base.made.then(|| since.elapsed());
        let installing = installing::in_azure(self.context, self.deployment, recipe, took).map_err(Failure::Said)?;
        Ok((base, installing))
    }

    pub async fn make(&self, recipe: &Recipe) -> Result<Base, Failure> {
        let Self { context, deployment, .. } = self;
        let report = |text: String| {
            if let Some(text) = worth_showing(&text) {
                context.progress(&deployment.name, text);
            }
        };
        let terms = terms(self.options).map_err(Failure::Said)?;
        let made = context.attended(self.engine, self.engine.prepare(recipe, &terms, &report)).await;
        made.map_err(|error| match &error {
            EngineError::BuildFailed { log, .. }
            | EngineError::BuildTimedOut { log, .. }
            | EngineError::IndexUnreachable { log, .. } => {
                let kept = context.keep_build_log(deployment, log);
                let said = crate::explain::engine_error(deployment, error);
                Failure::Said(kept.map_or(said.clone(), |path| said.fact("whole log", path.display().to_string())))
            }
            _ => Failure::Engine(error),
        })
    }
}

pub fn terms(options: &RunOptions) -> Result<BuildTerms, Diagnosis> {
    let settings = &options.build;
    let mut certificates = settings.certificates.clone().into_bytes();
    for path in &options.ca_certificates {
        certificates.extend(std::fs::read(path).map_err(|error| unreadable(path, &error))?);
        // Some editors leave the last line without an end, and the next certificate would run into it.
        certificates.push(b'\n');
    }
    let files = settings.files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes()));
    Ok(BuildTerms {
        platform: options.platform.clone(),
        deadline: Some(settings.deadline.unwrap_or(DEADLINE)),
        variables: settings.variables.clone(),
        files: files.collect(),
        paths: settings.paths.clone(),
        certificates,
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnosis {
    let message = format!("the certificate {} cannot be read: {error}", path.display());
    Diagnosis::error(rows::IMAGE_BUILD_FAILED, message).remedy("correct [build] ca_certificates in local-endpoint.toml")
}

/// The longest line of progress, in characters.
const WIDE: usize = 110;

/// A builder's housekeeping says nothing to a person, and the tail of a long line neither.
fn worth_showing(line: &str) -> Option<String> {
    let line = line.trim();
    let housekeeping =
        ["--->", "-->", "COMMIT ", "Removing intermediate container", "Successfully tagged", "Successfully built"];
    if line.is_empty() || housekeeping.iter().any(|start| line.starts_with(start)) {
        return None;
    }
    let line = line.split(" (from ").next().unwrap_or(line);
    let cut: String = line.chars().take(WIDE).collect();
    Some(if cut.len() < line.len() { format!("{cut} ...") } else { cut })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::write;

    #[test]
    fn certificates_do_not_run_into_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["one.crt", "two.crt"].map(|name| folder.path().join(name));
        write(&paths[0], "One").unwrap();
        write(&paths[1], "Two\n").unwrap();
        let options = RunOptions { ca_certificates: paths.to_vec(), ..RunOptions::default() };
        let terms = terms(&options).unwrap();
        assert_eq!((terms.certificates.as_slice(), terms.deadline), (b"One\nTwo\n\n".as_slice(), Some(DEADLINE)));
        let options = RunOptions { ca_certificates: vec!["/nowhere/ca.crt".into()], ..options };
        let refusal = super::terms(&options).unwrap_err();
        assert_eq!(
            refusal.message,
            "the certificate /nowhere/ca.crt cannot be read: No such file or directory (os error 2)"
        );
    }
}
