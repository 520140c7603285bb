//! `local-endpoint.toml`: what only this machine needs to know.

mod identity;

use crate::check::{Checker, Rules};
use crate::files::{Files, unreadable};
use crate::findings::Findings;
use crate::paths;
use crate::schema::overlay::{FILE, OVERLAY};
use crate::source::{At, Source};
use crate::tree::{Node, toml};
use crate::written::Spanned;
use diagnosis::{Diagnosis, spec};
use model::TokenSource;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The overlay as other crates use it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlay {
    /// The file; `None` when the project has none.
    pub file: Option<PathBuf>,
    /// The image of the Azure YAML -> the image to run instead.
    pub images: BTreeMap<String, String>,
    /// `name:version` or `name` -> a path, as written.
    pub models: BTreeMap<String, String>,
    /// `name:version` or `name` -> a path of an environment's YAML, or an image; of a table its image.
    pub environments: BTreeMap<String, String>,
    /// `[build] ca_certificates`, absolute.
    pub ca_certificates: Vec<PathBuf>,
    /// `[build] deadline`
    pub build_deadline: Option<Duration>,
    /// `[check] ignore`
    pub check_ignore: Vec<String>,
    pub quota: BTreeMap<String, i64>,
    /// `[identity]`
    pub identity: TokenSource,
}

/// The overlay with places, for lookups.
#[derive(Debug, Default)]
pub struct OverlayRead {
    root: Option<Node>,
}

impl OverlayRead {
    /// Reads the overlay of the first of these folders that has one.
    pub fn read(folders: &[&Path], files: &Files, findings: &Findings) -> Self {
        let Some(path) = folders.iter().map(|folder| folder.join(FILE)).find(|path| path.exists()) else {
            return Self::default();
        };
        match files.open(&path) {
            Err(reason) => findings.add_general(unreadable(&path, &reason)),
            Ok(source) => return Self { root: parse(&source, findings) },
        }
        Self::default()
    }

    /// The value of `[section]` for the first of these keys.
    pub fn find(&self, section: &str, keys: &[String]) -> Option<&Node> {
        let section = self.root.as_ref()?.get(section)?;
        keys.iter().find_map(|key| section.get(key))
    }

    /// The image to run for a written one; a key without a tag means any.
    pub fn image(&self, written: &str) -> Option<Spanned<String>> {
        let bare = written.split('@').next().unwrap_or(written);
        let slash = bare.rfind('/').unwrap_or(0);
        let untagged = bare[slash..].find(':').map_or(bare, |colon| &bare[..slash + colon]);
        let node = self.find("images", &[written.to_owned(), bare.to_owned(), untagged.to_owned()])?;
        Some(Spanned { value: node.text()?.to_owned(), at: node.at.clone() })
    }

    pub fn public(&self, findings: &Findings) -> Overlay {
        let Some(root) = &self.root else { return Overlay::default() };
        let list = |section: &str, key: &str| {
            root.get(section).and_then(|it| it.get(key)).map(Node::items).unwrap_or_default()
        };
        let certificates = list("build", "ca_certificates").iter().filter_map(|item| existing(item, findings));
        let Source::File { shown, .. } = &*root.at.source else { return Overlay::default() };
        Overlay {
            file: Some(shown.clone()),
            images: texts(root, "images"),
            models: texts(root, "models"),
            environments: texts(root, "environments"),
            ca_certificates: certificates.collect(),
            build_deadline: deadline(root, findings),
            check_ignore: list("check", "ignore").iter().filter_map(|item| Some(item.text()?.to_owned())).collect(),
            quota: numbers(root),
            identity: identity::read(root, findings),
        }
    }
}

fn parse(source: &std::rc::Rc<Source>, findings: &Findings) -> Option<Node> {
    let Source::File { text, .. } = &**source else { return None };
    match toml::document(source, text) {
        Ok(root) => {
            let checker = Checker { findings, rules: Rules::Overlay, root: &OVERLAY };
            checker.block(&root, &OVERLAY, &At::start(source));
            Some(root)
        }
        Err(fault) => {
            let message = format!("{}: not TOML", source.shown());
            findings.add(&fault.at, fault.message, Diagnosis::error(spec::OVERLAY_INVALID, message));
            None
        }
    }
}

fn existing(item: &Node, findings: &Findings) -> Option<PathBuf> {
    let path = paths::absolute(item.at.source.folder(), item.text()?);
    if !path.is_file() {
        let message = format!("certificate file `{}` does not exist", item.text()?);
        findings.add(&item.at, "no such file", Diagnosis::error(spec::OVERLAY_INVALID, message));
    }
    Some(path)
}

fn deadline(root: &Node, findings: &Findings) -> Option<Duration> {
    let node = root.get("build")?.get("deadline")?;
    let seconds = crate::check::lenient_int(node)?;
    let seconds = u64::try_from(seconds).ok().filter(|seconds| *seconds > 0);
    if seconds.is_none() {
        let message = "[build] deadline is in seconds, 1 or more";
        findings.add(&node.at, "expected 1 or more", Diagnosis::error(spec::OVERLAY_INVALID, message));
    }
    seconds.map(Duration::from_secs)
}

fn texts(root: &Node, section: &str) -> BTreeMap<String, String> {
    let entries = root.get(section).map(Node::entries).unwrap_or_default();
    let text = |node: &Node| node.text().or_else(|| node.get("image")?.text()).map(str::to_owned);
    entries.iter().filter_map(|entry| Some((entry.name().into_owned(), text(&entry.value)?))).collect()
}

fn numbers(root: &Node) -> BTreeMap<String, i64> {
    let entries = root.get("quota").map(Node::entries).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| Some((entry.name().into_owned(), crate::check::lenient_int(&entry.value)?)))
        .collect()
}
