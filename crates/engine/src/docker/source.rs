//! Where an image came from. The engine tells its digest; when it was pulled it forgets, so it is kept beside the facts.

use super::DockerEngine;
use super::facts::facts_file;
use super::reference::{registry, without_tag};
use crate::ImageSource;
use bollard::models::ImageInspect;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

impl DockerEngine {
    pub(super) fn source(&self, name: &str, image: &ImageInspect) -> ImageSource {
        let facts = facts_file(&self.cache, image.id.as_deref().unwrap_or_default());
        let host = registry(name);
        ImageSource {
            digest: digest(name, image),
            pulled: written(&pulled_file(&facts)),
            seen: written(&facts),
            login: self.logins.know(host).then(|| host.to_owned()),
        }
    }

    /// The registry has just said that this is the image of that name.
    pub(super) fn remember_pull(&self, name: &str, image: &ImageInspect) {
        let file = pulled_file(&facts_file(&self.cache, image.id.as_deref().unwrap_or_default()));
        // Where it cannot be written the image's age is not known, and `prune --all` leaves it.
        let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        let _ = folder.and_then(|()| std::fs::write(file, name));
    }
}

/// The name by which an image was pulled here, and when.
pub fn pulled(cache: &Path, id: &str) -> Option<(String, i64)> {
    let file = pulled_file(&facts_file(cache, id));
    Some((std::fs::read_to_string(&file).ok()?, written(&file)?))
}

/// What is remembered of it.
pub fn forget(cache: &Path, id: &str) {
    let facts = facts_file(cache, id);
    for file in [pulled_file(&facts), facts.with_extension("packages"), facts] {
        let _ = std::fs::remove_file(file);
    }
}

/// That of the name it was asked for by; an engine with containerd's store gives one to what was built here, too.
fn digest(name: &str, image: &ImageInspect) -> Option<String> {
    let identity = image.identity.clone().unwrap_or_default();
    let built_here = !identity.build.unwrap_or_default().is_empty() && identity.pull.unwrap_or_default().is_empty();
    let known: Vec<&String> = image.repo_digests.iter().flatten().filter(|_| !built_here).collect();
    let own = known.iter().find(|digest| without_tag(digest) == without_tag(name));
    own.or(known.first()).map(|digest| (*digest).clone())
}

fn pulled_file(facts: &Path) -> PathBuf {
    facts.with_extension("pulled")
}

fn written(file: &Path) -> Option<i64> {
    let time = std::fs::metadata(file).ok()?.modified().ok()?;
    i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_name() {
        let of = |name: &str, digests: &[&str]| {
            let repo_digests = Some(digests.iter().map(|digest| (*digest).to_owned()).collect());
            digest(name, &ImageInspect { repo_digests, ..ImageInspect::default() })
        };
        let both = ["r.example:5000/a@sha256:1", "other.example/a@sha256:2"];
        assert_eq!(of("other.example/a:latest", &both).as_deref(), Some("other.example/a@sha256:2"));
        assert_eq!(of("r.example:5000/a@sha256:1", &both).as_deref(), Some("r.example:5000/a@sha256:1"));
        assert_eq!(of("local:1", &both).as_deref(), Some("r.example:5000/a@sha256:1"));
        assert_eq!(of("local:1", &[]), None);
    }
}
