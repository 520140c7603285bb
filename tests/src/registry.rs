//! A real registry on the loopback (Debian's `docker-registry`), which engines take without TLS there.

use crate::leftovers::remove_images;
use crate::once::{folder, once_per_run};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Ends with its images on the engine when it is dropped.
#[derive(Debug)]
pub struct Registry {
    server: Child,
    port: u16,
    _folder: TempDir,
}

/// Who may log in to a registry that wants it. The password has characters that differ in the two alphabets of base64.
pub const USER: &str = "alice";
pub const PASSWORD: &str = "p?ss>w~rd";
/// `htpasswd -nbB`
const HTPASSWD: &str = "alice:$2y$05$KGyow1m.VkiO2IZM7aWiZO8IuOKVW.lCPbsAHdw7fq7ho1o495/cC\n";

impl Registry {
    /// Open to everybody, with `azureml/custom:1`, the image of the example custom-container. `None`, and said: this machine
    /// has no `docker-registry`, or no engine that takes it.
    pub fn open() -> Option<Self> {
        Self::start(None)
    }

    /// The same for who logs in.
    pub fn private() -> Option<Self> {
        Self::start(Some(HTPASSWD))
    }

    fn start(users: Option<&str>) -> Option<Self> {
        installed()?;
        once_per_run("registry", fill);
        let folder = tempfile::Builder::new().prefix("registry-").tempdir_in(crate::once::folder()).unwrap();
        // Blobs never change, so links are copies.
        let copied = Command::new("cp").arg("-al").arg(filled()).arg(folder.path().join("data")).status().unwrap();
        assert!(copied.success(), "the filled registry cannot be copied");
        Some(Self::serve(folder, users))
    }

    fn serve(folder: TempDir, users: Option<&str>) -> Self {
        let (server, port) = serve(folder.path(), users);
        Self { server, port, _folder: folder }
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// `127.0.0.1:PORT/NAME`
    pub fn image(&self, name: &str) -> String {
        format!("{}/{name}", self.host())
    }

    /// Pushes one more version of the custom container under this name, with a layer of its own of so many bytes; the
    /// engine forgets it.
    pub fn push(&self, name: &str, bytes: usize) {
        let image = self.image(name);
        let script = format!(
            "printf 'FROM local-endpoint/custom-container:latest\\nCOPY blob /\\n' > Dockerfile \
             && head -c {bytes} /dev/urandom > blob && docker build -q -t {image} . && docker push -q {image} \
             && docker image rm {image}"
        );
        let context = tempfile::tempdir().unwrap();
        shell(context.path(), &script);
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        remove_images(&self.host());
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn installed() -> Option<()> {
    let there = Command::new("docker-registry").arg("--version").stdout(Stdio::null()).status();
    if there.is_ok_and(|status| status.success()) {
        return Some(());
    }
    let why = "docker-registry is missing (Debian, Ubuntu: apt-get install docker-registry)";
    let required = std::env::var("LOCAL_ENDPOINT_TEST_DOCKER").is_ok_and(|wish| wish == "required");
    assert!(!required, "LOCAL_ENDPOINT_TEST_DOCKER=required, and {why}");
    crate::skipped(why);
    None
}

/// By the image that is in it: pushing takes seconds, and is done once a machine.
fn filled() -> PathBuf {
    let id = shell(Path::new("."), "docker image inspect -f '{{.Id}}' local-endpoint/custom-container:latest");
    folder().join("registry").join(id.trim().replace(':', "-"))
}

fn fill() {
    if filled().exists() {
        return;
    }
    let work = tempfile::Builder::new().prefix("registry-").tempdir_in(folder()).unwrap();
    let data = work.path().join("data");
    let registry = Registry::serve(work, None);
    let image = registry.image("azureml/custom:1");
    let push = format!("docker tag local-endpoint/custom-container:latest {image} && docker push -q {image}");
    shell(Path::new("."), &push);
    std::fs::create_dir_all(folder().join("registry")).unwrap();
    std::fs::rename(data, filled()).unwrap();
}

/// The process, and the port it took.
fn serve(folder: &Path, users: Option<&str>) -> (Child, u16) {
    std::fs::create_dir_all(folder.join("data")).unwrap();
    let at = folder.display();
    let login = users.map(|users| {
        std::fs::write(folder.join("htpasswd"), users).unwrap();
        format!("auth:\n  htpasswd: {{realm: tests, path: {at}/htpasswd}}\n")
    });
    let config = format!(
        "version: 0.1\nlog: {{level: info, accesslog: {{disabled: true}}}}\n\
         storage:\n  filesystem: {{rootdirectory: {at}/data}}\n  delete: {{enabled: true}}\n\
         http: {{addr: \"127.0.0.1:0\"}}\n{}",
        login.unwrap_or_default()
    );
    let file = folder.join("config.yml");
    std::fs::write(&file, config).unwrap();
    let mut command = Command::new("docker-registry");
    command.arg("serve").arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut server = command.spawn().unwrap();
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines().map_while(Result::ok);
    let told = lines.find_map(|line| line.split("listening on 127.0.0.1:").nth(1).map(str::to_owned));
    let port = told.and_then(|rest| rest.split('"').next()?.parse().ok()).expect("the registry says where it listens");
    // What it says later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (server, port)
}

fn shell(folder: &Path, script: &str) -> String {
    let mut command = Command::new("sh");
    // The classic builder: one of the two clients there are has no other.
    command.args(["-c", script]).current_dir(folder).env("DOCKER_BUILDKIT", "0");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{script}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
