//! From paths to a report.

use crate::finding::Finding;
use crate::rules;
use crate::subject::{Subject, shown};
use diagnosis::{Severity, spec as codes};
use model::DeploymentKind;
use serde_json::Value;
use spec::{By, LoadRequest, Survey, Surveyed, survey};
use std::path::{Path, PathBuf};

/// Which rules are held against the project.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wanted {
    /// What az's own loader says, and nothing else.
    Load,
    /// What comes after the loader.
    Service,
    #[default]
    All,
}

#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Project folders or YAML files.
    pub paths: Vec<PathBuf>,
    /// `-f FILE`: exactly these, as one project.
    pub files: Vec<PathBuf>,
    pub wanted: Wanted,
    /// Warnings count.
    pub strict: bool,
}

/// One file of the report.
#[derive(Debug)]
pub struct Checked {
    pub file: PathBuf,
    pub kind: &'static str,
    pub rejected: bool,
    /// As az keeps it; null when its loader refuses the file.
    pub document: Value,
    pub findings: Vec<Finding>,
}

#[derive(Debug, Default)]
pub struct Report {
    pub files: Vec<Checked>,
    pub strict: bool,
}

impl Report {
    pub fn findings(&self) -> impl Iterator<Item = &Finding> + Clone {
        self.files.iter().flat_map(|file| &file.findings)
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.findings().filter(|it| it.severity() == severity).count()
    }

    /// 0 survives, 1 does not (with `strict`: or is warned about), 2 something could not be read.
    pub fn exit(&self) -> u8 {
        if self.findings().any(Finding::is_unreadable) {
            return 2;
        }
        u8::from(self.count(Severity::Error) > 0 || self.strict && self.count(Severity::Warning) > 0)
    }
}

pub fn check(request: &Request) -> Report {
    let mut report = Report { files: vec![], strict: request.strict };
    let here = || PathBuf::from(".");
    let nothing_named = request.paths.is_empty();
    if !request.files.is_empty() || nothing_named {
        let path = here();
        one(&LoadRequest { path, files: request.files.clone(), ..LoadRequest::default() }, request.wanted, &mut report);
    }
    for path in &request.paths {
        one(&LoadRequest { path: path.clone(), ..LoadRequest::default() }, request.wanted, &mut report);
    }
    report
}

fn one(request: &LoadRequest, wanted: Wanted, report: &mut Report) {
    match survey(request) {
        Err(fault) => {
            let named = request.files.first().unwrap_or(&request.path);
            report.add(vec![], vec![Finding::new(*fault, named)]);
        }
        Ok(survey) => {
            let files = survey.files.iter().map(checked).collect();
            let kept = found(&survey, wanted);
            report.add(files, kept);
        }
    }
}

impl Report {
    /// Findings go to their files; a file that has none of its own yet gets one.
    fn add(&mut self, mut files: Vec<Checked>, findings: Vec<Finding>) {
        for finding in findings {
            let error = finding.severity() == Severity::Error;
            if let Some(owner) = files.iter_mut().find(|it| it.file == finding.owner) {
                owner.rejected |= error;
            }
            let at = files.iter().position(|it| it.file == finding.file).unwrap_or_else(|| {
                files.push(companion(&finding.file));
                files.len() - 1
            });
            files[at].rejected |= error;
            files[at].findings.push(finding);
        }
        for file in files {
            match self.files.iter_mut().find(|it| it.file == file.file) {
                Some(same) => same.join(file),
                None => self.files.push(file),
            }
        }
    }
}

impl Checked {
    /// The same file, met twice.
    fn join(&mut self, other: Self) {
        self.rejected |= other.rejected;
        for finding in other.findings {
            if !self.findings.iter().any(|it| it.diagnosis == finding.diagnosis) {
                self.findings.push(finding);
            }
        }
    }
}

fn checked(file: &Surveyed) -> Checked {
    let kind = match (file.kind, file.is_endpoint) {
        (DeploymentKind::Managed, true) => "managedOnlineEndpoint",
        (DeploymentKind::Managed, false) => "managedOnlineDeployment",
        (DeploymentKind::Kubernetes, true) => "kubernetesOnlineEndpoint",
        (DeploymentKind::Kubernetes, false) => "kubernetesOnlineDeployment",
    };
    let document = spec::as_az_loads(&file.yaml.path).unwrap_or(Value::Null);
    Checked { file: file.yaml.shown(), kind, rejected: false, document, findings: vec![] }
}

/// A script, a conda file, an overlay, or a YAML that is none.
fn companion(file: &Path) -> Checked {
    let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let kind = match name.rsplit_once('.').map(|(_, extension)| extension) {
        _ if name == "config.json" || name == "gunicorn.conf.py" => "serverConfig",
        Some("py") => "scoringScript",
        Some("amlignore" | "gitignore") => "ignoreFile",
        Some("toml") => "overlay",
        _ if name.contains("model") => "model",
        _ if name.contains("conda") || name.contains("environment") => "environment",
        _ => "unknown",
    };
    Checked { file: file.to_owned(), kind, rejected: false, document: Value::Null, findings: vec![] }
}

/// Every finding about a project, but the ones that `[check] ignore` leaves out.
pub fn found(survey: &Survey, wanted: Wanted) -> Vec<Finding> {
    let first = survey.files.first().map_or_else(|| shown(&survey.root), |file| file.yaml.shown());
    let by_spec = survey.found.iter().zip(&survey.by).filter(|(_, by)| match wanted {
        Wanted::Load => **by == By::Loader,
        Wanted::Service => **by != By::Loader,
        Wanted::All => true,
    });
    // A note of `spec` is about this machine; what is heavier concerns the cloud.
    let of_spec = by_spec.filter(|(it, _)| it.severity != Severity::Note);
    let mut all: Vec<Finding> = of_spec.map(|(it, _)| Finding::new(it.clone(), &first)).collect();
    if wanted != Wanted::Load {
        all.extend(of_rules(survey));
    }
    one_for_a_path(&mut all);
    all.retain(|it| !it.is_ignored(&survey.overlay.check_ignore));
    all
}

fn of_rules(survey: &Survey) -> Vec<Finding> {
    let mut all = vec![];
    let mut subjects = vec![];
    for deployment in survey.endpoints.iter().flat_map(|endpoint| &endpoint.deployments) {
        let is = |file: &&Surveyed| file.yaml.path.canonicalize().is_ok_and(|path| path == deployment.file);
        if let Some(file) = survey.files.iter().find(is) {
            subjects.push(Subject { deployment, file, overlay: &survey.overlay });
        }
    }
    for file in survey.files.iter().filter(|file| !file.is_endpoint) {
        all.extend(rules::paths::case(&file.yaml).into_iter().map(|it| Finding::new(it, &file.yaml.shown())));
    }
    for asset in &survey.assets {
        let owner =
            survey.files.iter().find(|file| !file.is_endpoint).map_or_else(|| asset.shown(), |it| it.yaml.shown());
        all.extend(rules::paths::case_in_asset(asset).into_iter().map(|it| Finding::new(it, &owner)));
    }
    for subject in &subjects {
        let owner = subject.file.yaml.shown();
        all.extend(rules::of(subject).into_iter().map(|it| Finding::new(it, &owner)));
    }
    all.extend(rules::quota::quota(&subjects).into_iter().map(|(it, owner)| Finding::new(it, &owner)));
    all
}

/// "There is no such file" and "it is there in other letters" are one finding: the second.
fn one_for_a_path(all: &mut Vec<Finding>) {
    let case: Vec<_> = all
        .iter()
        .filter(|it| it.diagnosis.code == diagnosis::check::PATH_CASE_DIFFERS)
        .map(|it| (it.file.clone(), it.position()))
        .collect();
    let missing = [codes::PATH_NOT_FOUND, codes::MODEL_NOT_FOUND, codes::SCORING_SCRIPT_NOT_FOUND];
    all.retain(|it| !missing.contains(&it.diagnosis.code) || !case.contains(&(it.file.clone(), it.position())));
}
