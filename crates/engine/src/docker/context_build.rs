//! The user's own build context: built when it, or an image it stands on, has changed, and else not even asked for.

use super::DockerEngine;
use super::buildkit::Sources;
use super::buildkit_client::Client;
use super::dockerfile::{Dockerfile, Wants};
use crate::{Base, BuildContext, BuildTerms, EngineError, Pull, Report};
use bollard::models::ImageInspect;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Image names, and the ids that they had when the context was built.
type Bases = BTreeMap<String, String>;

impl DockerEngine {
    pub(super) async fn prepare_context(
        &self,
        (folder, dockerfile, pull): (&Path, &str, Pull),
        terms: &BuildTerms,
        report: Report<'_>,
    ) -> Result<Base, EngineError> {
        if !folder.is_dir() {
            return Err(EngineError::MountMissing(folder.to_owned()));
        }
        let known = self.cache.join("contexts");
        let (context, key) = read(folder, dockerfile, known.clone()).await?;
        let key = of_platform(key, terms.platform.as_deref());
        let (tag, record) = (format!("local-endpoint/build:{key}"), known.join(format!("{key}.bases")));
        let text = fs::read_to_string(folder.join(dockerfile)).map_err(|error| unreadable(&error))?;
        let parsed = Dockerfile::parse(&text);
        let images = parsed.images();
        let platform = terms.platform.as_deref();
        if pull == Pull::Always {
            // First, since what is there is only up to date if it stands on what comes now.
            self.pull_all(&images, pull, platform, report).await?;
        }
        if let Some(found) = self.up_to_date(&tag, &images, &record).await? {
            return self.base(&tag, &found, false).await;
        }
        let _lock = self.lock(&tag, report).await?;
        if let Some(found) = self.up_to_date(&tag, &images, &record).await? {
            return self.base(&tag, &found, false).await;
        }
        let rest = if pull == Pull::Always { Pull::Missing } else { pull };
        self.pull_all(&images, rest, platform, report).await?;
        let sources = Sources { folder, dockerfile, tag: &tag };
        match self.builder(parsed.wants(), report).await? {
            Some(client) => self.build_by(&client, sources, terms, report).await?,
            None => self.build_context(context, sources, terms, report).await?,
        }
        let missing = EngineError::Other(format!("the build of {tag} ended without an image"));
        let built = self.inspect_image(&tag).await?.ok_or(missing)?;
        let bases = self.ids_of(&images).await?;
        if let Err(error) = write(&record, &serde_json::to_vec(&bases).unwrap_or_default()) {
            report(format!("it will not be built anew when its base changes, which cannot be noted: {error}"));
        }
        self.base(&tag, &built, true).await
    }

    /// The name that a build of it would have, and the image where it is there and up to date.
    pub(super) async fn find_context(
        &self,
        folder: &Path,
        dockerfile: &str,
    ) -> Result<(String, Option<ImageInspect>), EngineError> {
        let known = self.cache.join("contexts");
        let (_, key) = read(folder, dockerfile, known.clone()).await?;
        let (tag, record) = (format!("local-endpoint/build:{key}"), known.join(format!("{key}.bases")));
        let text = fs::read_to_string(folder.join(dockerfile)).map_err(|error| unreadable(&error))?;
        let found = self.up_to_date(&tag, &Dockerfile::parse(&text).images(), &record).await?;
        Ok((tag, found))
    }

    async fn build_context(
        &self,
        context: BuildContext,
        sources: Sources<'_>,
        terms: &BuildTerms,
        report: Report<'_>,
    ) -> Result<(), EngineError> {
        let (pieces, reading) = context.archive();
        let built = self.build((sources.tag, sources.dockerfile), pieces, terms, report).await;
        // What could not be read explains whatever the engine says of half an archive.
        match reading.await {
            Ok(Err(error)) => Err(unreadable(&error)),
            _ => built,
        }
    }

    /// The command that builds it; `None`: the classic builder, which is there wherever an engine is.
    async fn builder(&self, wants: Wants, report: Report<'_>) -> Result<Option<Client>, EngineError> {
        if wants == Wants::Nothing {
            return Ok(None);
        }
        match (wants, self.buildkit().await) {
            (_, Ok(client)) => Ok(client),
            (Wants::BuildKit(line), Err(why)) => Err(EngineError::BuildKitMissing { line, reason: why }),
            (Wants::Rather(what), Err(why)) => {
                report(format!("{what} asks for BuildKit, and the classic builder takes its place: {why}"));
                Ok(None)
            }
            (Wants::Nothing, Err(_)) => Ok(None),
        }
    }

    /// The image of this very content, unless one that it stands on is another one by now. Where nobody knows what it
    /// was built on, it was brought here as it is.
    async fn up_to_date(
        &self,
        tag: &str,
        images: &[String],
        record: &Path,
    ) -> Result<Option<ImageInspect>, EngineError> {
        let Some(found) = self.inspect_image(tag).await? else { return Ok(None) };
        let built_on: Bases =
            fs::read(record).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let now = self.ids_of(images).await?;
        let moved = built_on.iter().any(|(image, id)| now.get(image).is_some_and(|now| now != id));
        Ok((!moved).then_some(found))
    }

    /// Of those that the engine has.
    async fn ids_of(&self, images: &[String]) -> Result<Bases, EngineError> {
        let mut ids = Bases::new();
        for image in images {
            let id = self.inspect_image(image).await?.and_then(|found| found.id);
            ids.extend(id.map(|id| (image.clone(), id)));
        }
        Ok(ids)
    }
}

/// Another image of the same content.
fn of_platform(key: String, platform: Option<&str>) -> String {
    let Some(platform) = platform else { return key };
    Sha256::digest(format!("{key} {platform}")).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What is sent, and the hash of its content. A file is only read again when something about it has changed.
async fn read(folder: &Path, dockerfile: &str, known: PathBuf) -> Result<(BuildContext, String), EngineError> {
    let (folder, dockerfile) = (folder.to_owned(), dockerfile.to_owned());
    let reading = tokio::task::spawn_blocking(move || {
        let context = BuildContext::read(&folder, &dockerfile)?;
        let place = Sha256::digest(format!("{}\0{dockerfile}", folder.display()));
        let name: String = place.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let (looks, known) = (context.looks(), known.join(name));
        let before = fs::read_to_string(&known).unwrap_or_default();
        if let Some((_, key)) = before.split_once(' ').filter(|(seen, key)| *seen == looks && !key.is_empty()) {
            return Ok((context, key.to_owned()));
        }
        let key = context.content()?;
        // Without the note it is read again the next time, which gives the same.
        let _ = write(&known, format!("{looks} {key}").as_bytes());
        Ok((context, key))
    });
    // A panic in there is a panic here.
    reading.await.unwrap_or_else(|error| panic!("{error}")).map_err(|error: io::Error| unreadable(&error))
}

/// Visible only when complete. Under a name of its own until then: two deployments may have the same context.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let mut unfinished = tempfile::NamedTempFile::new_in(folder)?;
    unfinished.write_all(bytes)?;
    unfinished.persist(path)?;
    Ok(())
}

fn unreadable(error: &io::Error) -> EngineError {
    EngineError::BuildFailed { step: "the build context".into(), reason: error.to_string(), log: vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_may_write_the_same_note_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let note = folder.path().join("contexts/note");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..50).for_each(|_| write(&note, b"the same").unwrap()));
            }
        });
        assert_eq!(fs::read(&note).unwrap(), b"the same");
        assert_eq!(fs::read_dir(folder.path().join("contexts")).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_note_that_cannot_be_written_fails_no_build() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("Dockerfile"), "FROM scratch").unwrap();
        let no_folder = folder.path().join("Dockerfile");
        assert!(read(folder.path(), "Dockerfile", no_folder).await.is_ok());
    }
}
