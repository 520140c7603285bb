//! A way to the container engine that a test can cut.

use std::io::copy;
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

/// Passes every connection on to the machine's engine, which never notices what becomes of it.
#[derive(Debug)]
pub struct Relay {
    address: String,
    /// `None`: cut.
    open: Arc<Mutex<Option<Vec<UnixStream>>>>,
}

impl Relay {
    /// Listens below this folder.
    pub fn to_the_engine(folder: &Path) -> Self {
        let path = folder.join("engine.sock");
        let (listener, open) = (UnixListener::bind(&path).unwrap(), Arc::new(Mutex::new(Some(vec![]))));
        let passed = open.clone();
        spawn(move || listener.incoming().map_while(Result::ok).for_each(|stream| pass_on(stream, &passed)));
        Self { address: format!("unix://{}", path.display()), open }
    }

    /// For DOCKER_HOST.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Nothing answers any more, and what was under way breaks off.
    pub fn cut(&self) {
        for stream in self.open.lock().unwrap().take().into_iter().flatten() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub fn mend(&self) {
        *self.open.lock().unwrap() = Some(vec![]);
    }
}

fn pass_on(client: UnixStream, open: &Mutex<Option<Vec<UnixStream>>>) {
    let mut open = open.lock().unwrap();
    let Some(open) = open.as_mut() else { return };
    let engine = UnixStream::connect(engine()).unwrap();
    let again = |stream: &UnixStream| stream.try_clone().unwrap();
    open.extend([again(&client), again(&engine)]);
    for (mut from, mut to) in [(again(&client), again(&engine)), (engine, client)] {
        spawn(move || {
            let _ = copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Write);
        });
    }
}

/// Where the tests' own engine listens.
pub fn engine() -> PathBuf {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    host.strip_prefix("unix://").unwrap_or("/var/run/docker.sock").into()
}
