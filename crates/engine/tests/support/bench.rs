//! One engine to try, with what every launch on it needs.

use engine::{
    Access, Arg, Base, Engine, InstanceHandle, Labels, Launch, LogSource, Mount, MountSource, PortUse, Started,
};
use futures_util::StreamExt;
use std::collections::BTreeMap;
use std::io::Read;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Everything a test starts carries its own label, by which it is found and removed.
pub const LABEL: &str = "engine-test";

/// Listens where told, says so, answers every connection with a file's content, ends with 0 when asked to.
const SERVER: &str = r#"
import os, signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
listener = socket.create_server((os.environ["HOST"], int(sys.argv[1])))
print("warned", file=sys.stderr, flush=True)
print("listening as", os.environ["NAME"], flush=True)
while True:
    connection, _ = listener.accept()
    connection.sendall(open("greeting.txt", "rb").read())
    connection.close()
"#;

const SOON: Duration = Duration::from_secs(20);

pub struct Bench {
    pub engine: Box<dyn Engine>,
    pub base: Base,
    /// Where a program must listen to be reached.
    pub host: &'static str,
    pub folder: TempDir,
    pub labels: Labels,
    /// Removes what the test leaves, also when it panics.
    pub cleanup: fn(&str),
    /// Folders that go when the bench goes, after the engine.
    #[allow(dead_code)]
    pub keep: Vec<TempDir>,
}

impl Bench {
    pub fn new(engine: Box<dyn Engine>, base: Base, host: &'static str, cleanup: fn(&str)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("app")).unwrap();
        std::fs::write(folder.path().join("app/server.py"), SERVER).unwrap();
        std::fs::write(folder.path().join("app/greeting.txt"), "hello").unwrap();
        let own = folder.path().file_name().unwrap().to_str().unwrap().replace('.', "");
        let labels = Labels::from([(LABEL.to_owned(), own)]);
        Self { engine, base, host, folder, labels, cleanup, keep: Vec::new() }
    }

    /// `python3 ARGUMENTS` in the mounted folder.
    pub fn python(&self, arguments: &[&str]) -> Launch {
        let words = ["python3"].iter().chain(arguments).map(|word| Arg::Text((*word).to_owned()));
        let name = format!("engine-test-{}", self.labels[LABEL]);
        Launch {
            name: name.clone(),
            base: self.base.clone(),
            argv: Some(words.collect()),
            workdir: Some("/opt/app".into()),
            env: BTreeMap::from([("NAME", "blue"), ("HOST", self.host)].map(|(n, v)| (n.to_owned(), v.to_owned()))),
            mounts: vec![self.mount(&self.folder.path().join("app"))],
            ports: BTreeMap::new(),
            labels: self.labels.clone(),
            memory_bytes: None,
            nano_cpus: None,
            outward: engine::Outward::Open,
            gpus: false,
            private_root: self.private_root(),
        }
    }

    pub fn server(&self) -> Launch {
        let mut launch = self.python(&["server.py"]);
        launch.argv.as_mut().unwrap().push(Arg::Port(PortUse::Serve));
        launch.ports = BTreeMap::from([(PortUse::Serve, 5001)]);
        launch
    }

    pub fn private_root(&self) -> PathBuf {
        self.folder.path().join("private")
    }

    pub fn mount(&self, source: &Path) -> Mount {
        Mount { source: MountSource::Path(source.to_owned()), target: "/opt/app".into(), access: Access::ReadOnly }
    }

    pub async fn lines(&self, handle: &InstanceHandle, tail: Option<usize>, follow: bool) -> Vec<String> {
        let lines = self.engine.logs(handle, LogSource { tail, follow }).await.unwrap();
        lines.map(|line| line.text).collect().await
    }

    /// Follows the log until this line; fails when the log ends before.
    pub async fn until(&self, handle: &InstanceHandle, text: &str) {
        let mut lines = self.engine.logs(handle, LogSource { tail: None, follow: true }).await.unwrap();
        while let Some(line) = lines.next().await {
            if line.text == text {
                return;
            }
        }
        panic!("the log ended without: {text}");
    }

    /// What its server sends to who connects. A published port may take a connection and end it before the way to the
    /// container is there, as whoever waits for an instance knows: asked until it says something,
    /// as no event tells of that.
    pub async fn read(&self, started: &Started) -> String {
        let since = Instant::now();
        while since.elapsed() < SOON {
            let mut answer = String::new();
            TcpStream::connect(started.addresses[&PortUse::Serve]).unwrap().read_to_string(&mut answer).unwrap();
            if !answer.is_empty() {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        let found = self.engine.list(&self.labels).await;
        let log = self.lines(&started.handle, None, false).await;
        panic!("{:?} says nothing: {found:#?}\n{log:#?}", started.addresses);
    }

    pub async fn nothing_is_left(&self) {
        assert_eq!(self.engine.list(&self.labels).await.unwrap(), []);
        assert!(!self.private_root().exists());
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        (self.cleanup)(&self.labels[LABEL]);
    }
}
