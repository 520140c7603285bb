//! The storage initializer: what of the user's files an instance gets, and its log.

use crate::deployment::{IMAGE, deployment, model};
use crate::port::Port;
use crate::stage::{Stage, printed, serving};
use diagnosis::{Diagnosis, Severity};
use engine::{Base, Ids, ImageFacts, MountSource};
use flate2::Compression;
use flate2::write::GzEncoder;
use model::{Code, Deployment, EndpointName, ModelAsset};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A project on the disk, and a deployment of it.
struct Scene {
    folder: TempDir,
    /// What the instances answer at.
    port: Port,
    deployment: Deployment,
}

impl Scene {
    async fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let code = Some(Code { folder: folder.path().join("src"), scoring_script: "score.py".into() });
        let deployment = Deployment { code, model: None, file: folder.path().join("blue.yml"), ..deployment() };
        Self { folder, port: Port::answering([200]).await, deployment }
    }

    fn with_model(mut self, path: &str) -> Self {
        self.deployment.model = Some(model(self.at(path)));
        self
    }

    fn unpacking(mut self, path: &str) -> Self {
        self.deployment.model = Some(ModelAsset { unpack: true, ..model(self.at(path)) });
        self
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn stage(&self) -> Stage {
        Stage::new([serving(&self.port), serving(&self.port)])
    }

    async fn up(&self) -> Stage {
        let stage = self.stage();
        stage.up(&self.deployment).await.unwrap();
        stage
    }

    async fn fails(&self) -> (Stage, Diagnosis) {
        let stage = self.stage();
        let fault = stage.up(&self.deployment).await.unwrap_err();
        (stage, fault)
    }

    /// Folders of this run and of its caches replaced.
    fn settled(&self, stage: &Stage, text: &str) -> String {
        let cache = stage.folder.path().join("cache");
        text.replace(&*self.folder.path().to_string_lossy(), "[PROJECT]").replace(&*cache.to_string_lossy(), "[CACHE]")
    }

    fn printed(&self, stage: &Stage, name: &str, diagnoses: Vec<Diagnosis>) {
        let settled = |it: Diagnosis| Diagnosis { message: self.settled(stage, &it.message), ..it };
        printed(name, &diagnoses.into_iter().map(settled).collect::<Vec<_>>());
    }

    fn log(&self, stage: &Stage) -> String {
        let lines = stage.lifecycle.storage(&EndpointName::new("credit"), None).unwrap();
        self.settled(stage, &lines.join("\n"))
    }
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(vec![]);
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        // As a hostile archive has it: the builder itself refuses such names.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *content).unwrap();
    }
    builder.into_inner().unwrap()
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    for (name, content) in files {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What the last instance has at this path of the container.
fn mounted(stage: &Stage, target: &str) -> PathBuf {
    let launches = stage.docker.launches();
    let mount = launches.last().unwrap().mounts.iter().find(|mount| mount.target == target).expect("it is mounted");
    let MountSource::Path(path) = &mount.source else { panic!("an archive") };
    path.clone()
}

const MODEL: &str = "/var/azureml-app/azureml-models/credit-model/3";

/// A folder keeps its name below name and version, a file lies there itself.
#[tokio::test]
async fn every_file_that_is_mounted_and_where() {
    let files: [(&str, &[u8]); 3] = [("models/deep/b.bin", &[0; 300]), ("models/a.pkl", b"a"), ("src/score.py", b"")];
    let scene = Scene::new(&files).await.with_model("models");
    let folder = "[PROJECT]/src -> /var/azureml-app/src (mounted, read-only; in Azure a copy)
/var/azureml-app/
  src/
    score.py (0 B)
[PROJECT]/models -> /var/azureml-app/azureml-models/credit-model/3/models (mounted, read-only; in Azure a copy)
/var/azureml-app/azureml-models/credit-model/3/
  models/
    a.pkl (1 B)
    deep/
      b.bin (300 B)";
    assert_eq!(scene.log(&scene.up().await), folder);
    let scene = Scene::new(&files).await.with_model("models/a.pkl");
    let file = "
[PROJECT]/models/a.pkl -> /var/azureml-app/azureml-models/credit-model/3/a.pkl (mounted, read-only; in Azure a copy)
/var/azureml-app/azureml-models/credit-model/3/
  a.pkl (1 B)";
    let log = scene.log(&scene.up().await);
    assert!(log.ends_with(file), "{log}");
}

#[cfg(unix)]
#[tokio::test]
async fn what_links_lead_to_is_mounted_as_well_or_said() {
    let scene = Scene::new(&[("models/a.pkl", b"a"), ("blobs/b", b"bb")]).await.with_model("models");
    for (text, name) in [("../blobs/b", "models/b.bin"), ("/usr/bin/env", "models/env")] {
        std::os::unix::fs::symlink(text, scene.at(name)).unwrap();
    }
    let log = scene.log(&scene.up().await);
    let tree = "
  models/
    a.pkl (1 B)
    b.bin (2 B)
    env: a link to /usr/bin/env, of which a container has its own or none
[PROJECT]/blobs/b -> /var/azureml-app/azureml-models/credit-model/3/blobs/b (mounted, read-only; in Azure a copy)
/var/azureml-app/azureml-models/credit-model/3/blobs/
  b (2 B)";
    assert!(log.ends_with(tree), "{log}");
}

#[tokio::test]
async fn what_has_gone_meanwhile_is_said() {
    let scene = Scene::new(&[]).await.with_model("model.pkl");
    let log = scene.log(&scene.up().await);
    let lines: Vec<_> = log.lines().collect();
    assert_eq!(lines[2], "  src: No such file or directory (os error 2)");
    assert_eq!(*lines.last().unwrap(), "  model.pkl: No such file or directory (os error 2)");
}

#[tokio::test]
async fn an_archive_lies_unpacked_where_it_would_lie() {
    let files: [(&str, &[u8]); 2] = [("credit/model.pkl", b"pickle"), ("README", b"")];
    for (name, bytes) in
        [("m.tar.gz", gz(&tar(&files))), ("m.tgz", gz(&tar(&files))), ("m.tar", tar(&files)), ("m.zip", zip(&files))]
    {
        let scene = Scene::new(&[("src/score.py", b""), (name, &bytes)]).await.unpacking(name);
        let stage = scene.up().await;
        let content = mounted(&stage, MODEL);
        assert_eq!(fs::read(content.join("credit/model.pkl")).unwrap(), b"pickle", "{name}");
        let tree = format!(
            "
[PROJECT]/{name} -> {MODEL} ({name} unpacked, mounted, read-only; in Azure a copy)
/var/azureml-app/azureml-models/credit-model/
  3/
    README (0 B)
    credit/
      model.pkl (6 B)"
        );
        let log = scene.log(&stage);
        assert!(log.ends_with(&tree), "{log}");
    }
}

/// Whoever the container runs as reads it, and nobody changes what other instances have, too.
#[cfg(unix)]
#[tokio::test]
async fn what_was_packed_for_its_owner_alone_is_everybodys_to_read() {
    use std::os::unix::fs::PermissionsExt;
    let scene = Scene::new(&[("m.tar", &tar(&[("a", b"a")]))]).await.unpacking("m.tar");
    let stage = scene.up().await;
    let content = mounted(&stage, MODEL);
    assert_eq!(fs::metadata(content.join("a")).unwrap().permissions().mode() & 0o777, 0o444);
}

#[tokio::test]
async fn archives_in_a_folder_are_unpacked_beside_the_other_files() {
    let files: [(&str, &[u8]); 2] =
        [("model/parts/one.tar.gz", &gz(&tar(&[("one.bin", b"1")]))), ("model/config.json", b"{}")];
    let scene = Scene::new(&files).await.unpacking("model");
    let stage = scene.up().await;
    let content = mounted(&stage, MODEL);
    let read = |name: &str| fs::read_to_string(content.join(name));
    assert_eq!((read("model/parts/one.bin").unwrap(), read("model/config.json").unwrap()), ("1".into(), "{}".into()));
    assert!(read("model/parts/one.tar.gz").is_err());
}

#[tokio::test]
async fn the_same_content_is_unpacked_once() {
    let archive = tar(&[("a", b"a")]);
    let scene = Scene::new(&[("m.tar", &archive), ("copy/m.tar", &archive)]).await.unpacking("m.tar");
    let stage = scene.up().await;
    let first = mounted(&stage, MODEL);
    let copy = Deployment {
        model: Some(ModelAsset { unpack: true, ..model(scene.at("copy/m.tar")) }),
        ..scene.deployment.clone()
    };
    stage.up(&copy).await.unwrap();
    assert_eq!((mounted(&stage, MODEL), stage.docker.launches().len()), (first.clone(), 2));
    let other = Scene::new(&[("m.tar", &tar(&[("a", b"b")]))]).await.unpacking("m.tar");
    assert_ne!(mounted(&other.up().await, MODEL).file_name(), first.parent().unwrap().file_name());
}

#[tokio::test]
async fn a_model_without_an_archive_stays_as_it_is() {
    let scene = Scene::new(&[("model.pt", &zip(&[("data", b"")]))]).await.unpacking("model.pt");
    assert_eq!(mounted(&scene.up().await, &format!("{MODEL}/model.pt")), scene.at("model.pt"));
}

#[tokio::test]
async fn what_is_no_archive_fails_in_azures_words() {
    let cut = gz(&tar(&[("a", &[7; 10_000])]));
    let rows: [(&str, &str, Vec<u8>); 5] = [
        ("no-archive.txt", "m.tar.gz", b"<html>404</html>".to_vec()),
        ("cut-archive.txt", "m.tgz", cut[..cut.len() / 2].to_vec()),
        ("empty-archive.txt", "m.tar", vec![]),
        ("no-zip.txt", "m.zip", b"PK is how it begins".to_vec()),
        ("archive-that-leaves.txt", "m.tar", tar(&[("../../evil", b"x")])),
    ];
    for (printed, name, bytes) in rows {
        let scene = Scene::new(&[(name, &bytes)]).await.unpacking(name);
        let (stage, fault) = scene.fails().await;
        assert_eq!(scene.log(&stage), format!("Unable to download user model: {name} cannot be unpacked"));
        scene.printed(&stage, printed, vec![fault]);
        assert_eq!(stage.docker.launches().len(), 0);
        let left = fs::read_dir(stage.folder.path().join("cache/models")).unwrap();
        let left: Vec<_> = left
            .map(|entry| entry.unwrap().file_name())
            .filter(|name| !name.to_string_lossy().ends_with(".lock"))
            .collect();
        assert_eq!(left, ["seen"], "{name}");
    }
}

/// A link, and a folder below it.
#[cfg(unix)]
#[tokio::test]
async fn an_archive_makes_no_folder_elsewhere() {
    let elsewhere = tempfile::tempdir().unwrap();
    let mut builder = tar::Builder::new(vec![]);
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "a", elsewhere.path()).unwrap();
    header.set_entry_type(tar::EntryType::Directory);
    header.set_mode(0o755);
    builder.append_data(&mut header, "a/x/", std::io::empty()).unwrap();
    let scene = Scene::new(&[("m.tar", &builder.into_inner().unwrap())]).await.unpacking("m.tar");
    let (_, fault) = scene.fails().await;
    assert_eq!(fault.facts, [("reason".to_owned(), "a/x/ lies outside of it".to_owned())]);
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_linked_file_beside_an_archive_is_there() {
    let scene = Scene::new(&[("blobs/abc", b"w"), ("model/m.tar", &tar(&[("a", b"a")]))]).await.unpacking("model");
    std::os::unix::fs::symlink("../blobs/abc", scene.at("model/weights")).unwrap();
    let stage = scene.up().await;
    let content = mounted(&stage, MODEL);
    assert_eq!(fs::read(content.join("model/weights")).unwrap(), b"w");
}

#[tokio::test]
async fn its_log_is_kept_when_it_fails() {
    let scene = Scene::new(&[("m.tar", b"")]).await.unpacking("m.tar");
    let (stage, _) = scene.fails().await;
    let kept = fs::read_to_string(stage.folder.path().join("logs/credit/blue.storage-initializer.log")).unwrap();
    assert_eq!(kept, "Unable to download user model: m.tar cannot be unpacked");
}

/// An image whose user is a number that no file of the project belongs to.
fn as_a_stranger(scene: &Scene) -> Stage {
    let stage = scene.stage();
    let facts = ImageFacts { reads_as: Some(Ids { user: 54_321, groups: vec![] }), ..ImageFacts::default() };
    stage.docker.prepares(Ok(Base { name: IMAGE.into(), id: IMAGE.into(), made: false, facts }));
    stage
}

#[cfg(unix)]
fn close(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(unix)]
fn without_owner(diagnoses: Vec<Diagnosis>) -> Vec<Diagnosis> {
    let mode = |(name, value): (String, String)| (name, value.split(" of user").next().unwrap().to_owned());
    diagnoses.into_iter().map(|it| Diagnosis { facts: it.facts.into_iter().map(mode).collect(), ..it }).collect()
}

#[cfg(unix)]
#[tokio::test]
async fn a_model_that_the_containers_user_may_not_read_fails_in_azures_words() {
    let scene =
        Scene::new(&[("model/a.bin", b"a"), ("model/b.bin", b"b"), ("src/score.py", b"")]).await.with_model("model");
    close(&scene.at("model/b.bin"));
    let stage = as_a_stranger(&scene);
    let fault = stage.up(&scene.deployment).await.unwrap_err();
    let last = "Startup task failed due to authorization error: user 54321 of the container may not read model/b.bin";
    let log = scene.log(&stage);
    assert_eq!(log.lines().last(), Some(last));
    scene.printed(&stage, "model-unreadable.txt", without_owner(vec![fault]));
    assert_eq!(stage.docker.launches().len(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn code_that_the_containers_user_may_not_read_is_said() {
    let scene = Scene::new(&[("src/score.py", b""), ("src/notes", b"")]).await;
    close(&scene.at("src/notes"));
    let mut stage = as_a_stranger(&scene);
    stage.up(&scene.deployment).await.unwrap();
    let said = stage.all_said().await.into_iter().filter(|it| it.severity == Severity::Warning).collect();
    scene.printed(&stage, "code-unreadable.txt", without_owner(said));
}

#[tokio::test]
async fn files_that_az_does_not_upload_are_named() {
    let ignore = b"data/\n*.env\n!keep.env\n";
    let files: [(&str, &[u8]); 6] = [
        ("src/.amlignore", ignore),
        ("src/score.py", b""),
        ("src/data/a.csv", b"1"),
        ("src/a.env", b""),
        ("src/keep.env", b""),
        ("src/data/__pycache__/x.pyc", b""),
    ];
    let scene = Scene::new(&files).await;
    let mut stage = scene.up().await;
    let said = stage.all_said().await.into_iter().filter(|it| it.code == diagnosis::check::FILE_NOT_UPLOADED).collect();
    scene.printed(&stage, "not-uploaded.txt", said);
    let log = scene.log(&stage);
    assert!(log.contains("\n    a.env (0 B, az does not upload it)\n"), "{log}");
    assert!(log.contains("\n      a.csv (1 B, az does not upload it)\n"), "{log}");
    assert!(log.contains("\n    keep.env (0 B)\n"), "{log}");
}
