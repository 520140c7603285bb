//! A way to the container engine on which one question is never answered.

use crate::relay::engine;
use std::io::{Read, Write, copy};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::spawn;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub struct Stall {
    address: String,
    asked: Receiver<()>,
}

impl Stall {
    /// Requests with this in them get no answer; all others do. `name` is that of its socket in the folder.
    pub fn at(question: &'static str, folder: &Path, name: &str) -> Self {
        let path = folder.join(format!("{name}.sock"));
        let (listener, (sender, asked)) = (UnixListener::bind(&path).unwrap(), channel());
        spawn(move || listener.incoming().map_while(Result::ok).for_each(|it| pass_on(it, question, sender.clone())));
        Self { address: format!("unix://{}", path.display()), asked }
    }

    /// For DOCKER_HOST.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits until somebody has asked it.
    #[track_caller]
    pub fn is_asked(&self) {
        self.asked.recv_timeout(PATIENCE).expect("it is asked");
    }
}

fn pass_on(client: UnixStream, question: &'static str, asked: Sender<()>) {
    let engine = UnixStream::connect(engine()).unwrap();
    let (mut answers, mut to_client) = (engine.try_clone().unwrap(), client.try_clone().unwrap());
    spawn(move || copy(&mut answers, &mut to_client));
    spawn(move || ask(client, engine, question, &asked));
}

/// Requests this small come in one piece.
fn ask(mut client: UnixStream, mut engine: UnixStream, question: &str, asked: &Sender<()>) {
    let mut piece = [0; 64 << 10];
    while let Ok(read @ 1..) = client.read(&mut piece) {
        if String::from_utf8_lossy(&piece[..read]).contains(question) {
            let _ = asked.send(());
        } else if engine.write_all(&piece[..read]).is_err() {
            return;
        }
    }
}
