//! What a deployment's environment is made of, as it is written down and compared.

use engine::{Base, EngineKind, Inventory};
use model::{Deployment, EnvironmentSource};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The package that serves.
const SERVER: &str = "azureml-inference-server-http";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    pub engine: EngineKind,
    /// `None` of processes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<LockedImage>,
    /// Of the inference server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server: Option<String>,
    /// `None`: the image has no Python.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub installed: Option<Inventory>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockedImage {
    /// A build context has its content in its name.
    pub name: String,
    pub architecture: String,
    /// Of the registry, else the image's id, which no other machine has; neither of a build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

impl Locked {
    /// `image`: what the packages were installed on.
    pub fn of(deployment: &Deployment, kind: EngineKind, image: Option<&Base>, installed: Option<Inventory>) -> Self {
        let server = installed.as_ref().and_then(|found| found.packages.get(SERVER)).cloned();
        Self { engine: kind, image: image.map(|base| locked_image(deployment, base)), server, installed }
    }

    /// What is otherwise now, a phrase each. What only one engine has is compared on the same engine alone.
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut found = vec![];
        if let (Some(locked), Some(now)) = (&self.image, &now.image) {
            found.extend(image(locked, now));
        }
        let nothing = Inventory::default();
        let (locked, installed) =
            (self.installed.as_ref().unwrap_or(&nothing), now.installed.as_ref().unwrap_or(&nothing));
        if locked.python != installed.python {
            found.push(format!("Python {} (locked {})", or_none(&installed.python), or_none(&locked.python)));
        }
        found.extend(packages(&locked.packages, &installed.packages));
        if self.engine == now.engine {
            found.extend(packages(&locked.conda, &installed.conda).into_iter().map(|it| format!("conda's {it}")));
        }
        found
    }
}

fn or_none(version: &str) -> &str {
    if version.is_empty() { "none" } else { version }
}

fn locked_image(deployment: &Deployment, base: &Base) -> LockedImage {
    let built = matches!(deployment.environment.source, EnvironmentSource::Build { .. });
    let digest = base.facts.source.digest.as_ref().and_then(|digest| digest.split_once('@')).map(|(_, digest)| digest);
    let digest = digest.unwrap_or(&base.id).to_owned();
    let architecture = base.facts.arch.clone();
    LockedImage { name: base.name.clone(), architecture, digest: (!built).then_some(digest) }
}

fn image(locked: &LockedImage, now: &LockedImage) -> Option<String> {
    if locked.name != now.name {
        return Some(format!("image {} (locked {})", now.name, locked.name));
    }
    if locked.architecture != now.architecture {
        return Some(format!("image {} for {} (locked {})", now.name, now.architecture, locked.architecture));
    }
    let short =
        |digest: &Option<String>| digest.as_deref().map_or("none".to_owned(), |it| it.chars().take(19).collect());
    (locked.digest != now.digest)
        .then(|| format!("image {} is {} (locked {})", now.name, short(&now.digest), short(&locked.digest)))
}

fn packages(locked: &BTreeMap<String, String>, now: &BTreeMap<String, String>) -> Vec<String> {
    let gone = locked.iter().filter(|(name, _)| !now.contains_key(*name));
    let gone = gone.map(|(name, version)| format!("no {name} (locked {version})"));
    let others = now.iter().filter_map(|(name, version)| match locked.get(name) {
        Some(same) if same == version => None,
        Some(other) => Some(format!("{name} {version} (locked {other})")),
        None => Some(format!("{name} {version} (not locked)")),
    });
    others.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(python: &str, packages: &[(&str, &str)], image: Option<(&str, &str)>) -> Locked {
        let packages = packages.iter().map(|(name, version)| ((*name).to_owned(), (*version).to_owned())).collect();
        let image = image.map(|(name, digest)| LockedImage {
            name: name.into(),
            architecture: "amd64".into(),
            digest: Some(digest.into()),
        });
        let installed = Some(Inventory { python: python.into(), packages, conda: BTreeMap::new() });
        Locked { engine: EngineKind::Docker, image, server: None, installed }
    }

    #[test]
    fn what_changed_is_named() {
        let before = locked("3.11.2", &[("flask", "3.1.3"), ("numpy", "1.26")], Some(("a:1", "sha256:1")));
        assert_eq!(before.differences(&before), Vec::<String>::new());
        let after = locked("3.12.0", &[("flask", "3.1.4"), ("pandas", "2.0")], Some(("a:1", "sha256:2")));
        let expected = [
            "image a:1 is sha256:2 (locked sha256:1)",
            "Python 3.12.0 (locked 3.11.2)",
            "flask 3.1.4 (locked 3.1.3)",
            "pandas 2.0 (not locked)",
            "no numpy (locked 1.26)",
        ];
        assert_eq!(before.differences(&after), expected);
        let process = Locked { engine: EngineKind::Process, ..locked("3.11.2", &[("flask", "3.1.3")], None) };
        assert_eq!(before.differences(&process), ["no numpy (locked 1.26)"]);
    }
}
