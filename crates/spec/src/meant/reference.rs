//! References to registered assets.

use super::Context;
use crate::source::At;
use crate::written::Spanned;
use diagnosis::{Diagnosis, spec};
use model::AssetRef;

/// `azureml:...` taken apart.
#[derive(Debug, Clone)]
pub struct Reference {
    pub asset: AssetRef,
    pub written: String,
    pub at: At,
    pub name: String,
    pub version: Option<String>,
    pub label: Option<String>,
    pub registry: Option<String>,
}

impl Reference {
    pub fn parse(written: &Spanned<String>) -> Self {
        let text = written.value.as_str();
        let rest = text.strip_prefix("azureml:").unwrap_or(text);
        if rest.starts_with("//registries/") {
            let mut found = Self::by_path(written, AssetRef::Registry(text.to_owned()));
            found.registry = rest.split('/').nth(3).map(str::to_owned);
            return found;
        }
        if rest.starts_with('/') {
            return Self::by_path(written, AssetRef::ArmId(rest.to_owned()));
        }
        let (name, label) = rest.split_once('@').map_or((rest, None), |(name, label)| (name, Some(label)));
        let (name, version) = name.split_once(':').map_or((name, None), |(name, version)| (name, Some(version)));
        Self::new(written, name, version, label)
    }

    fn new(written: &Spanned<String>, name: &str, version: Option<&str>, label: Option<&str>) -> Self {
        let (version, label) = (version.map(str::to_owned), label.map(str::to_owned));
        let asset = AssetRef::Named { name: name.to_owned(), version: version.clone(), label: label.clone() };
        let (at, written) = (written.at.clone(), written.value.clone());
        Self { asset, written, at, name: name.to_owned(), version, label, registry: None }
    }

    /// `.../models/NAME/versions/VERSION`, `.../environments/NAME/labels/LABEL`.
    fn by_path(written: &Spanned<String>, asset: AssetRef) -> Self {
        let parts: Vec<&str> = written.value.split('/').collect();
        let after =
            |key: &[&str]| parts.iter().position(|part| key.contains(part)).and_then(|at| parts.get(at + 1)).copied();
        let name = after(&["models", "environments", "codes"]).unwrap_or(&written.value);
        Self { asset, ..Self::new(written, name, after(&["versions"]), after(&["labels"])) }
    }

    /// The overlay's keys for it, the most exact first.
    pub fn keys(&self) -> Vec<String> {
        let bare = self.written.strip_prefix("azureml:").unwrap_or(&self.written).to_owned();
        let mut keys = vec![self.written.clone(), bare];
        keys.extend(self.version.as_ref().map(|version| format!("{}:{version}", self.name)));
        keys.extend(self.label.as_ref().map(|label| format!("{}@{label}", self.name)));
        keys.push(self.name.clone());
        keys
    }

    /// The key to write into the overlay.
    pub fn key(&self) -> String {
        match (&self.version, &self.label) {
            (Some(version), _) => format!("{}:{version}", self.name),
            (None, Some(label)) => format!("{}@{label}", self.name),
            (None, None) => self.name.clone(),
        }
    }

    /// `--name N --version V`, as the az commands take it. `az ml model download` knows no `--label`.
    pub fn az_arguments(&self, labels: bool) -> String {
        let which = match (&self.version, &self.label) {
            (Some(version), _) => format!("--version {version}"),
            (None, _) if !labels => "--version VERSION".into(),
            (None, label) => format!("--label {}", label.as_deref().unwrap_or("latest")),
        };
        let registry =
            self.registry.as_ref().map(|registry| format!(" --registry-name {registry}")).unwrap_or_default();
        format!("--name {} {which}{registry}", self.name)
    }

    /// Azure wants a version or a label by the time it deploys.
    pub fn warn_without_version(&self, context: &Context<'_>) {
        if self.version.is_none() && self.label.is_none() {
            let message = format!("`{}` names no version; Azure refuses that at deployment", self.written);
            let found = Diagnosis::warning(spec::INVALID_VALUE, message);
            let remedy = format!("write `azureml:{0}:VERSION` or `azureml:{0}@latest`", self.name);
            context.findings.add(&self.at, "no version", found.remedy(remedy));
        }
    }

    /// `value` as TOML has it.
    pub fn not_mapped(&self, context: &Context<'_>, kind: &str, section: &str, value: &str, command: &str) {
        let message =
            format!("`{}` is {kind} in Azure, and nothing says what stands for it on this machine", self.written);
        let remedy = format!("add to local-endpoint.toml:\n      [{section}]\n      \"{}\" = {value}", self.key());
        let found = Diagnosis::error(spec::ASSET_NOT_MAPPED, message).fact("get it", command).remedy(remedy);
        context.findings.add(&self.at, "not on this machine", found);
    }
}
