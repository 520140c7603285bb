//! A way to a TCP server that breaks.

use crate::leftovers::remove_images;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

/// What becomes of the connections that come in one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Break {
    /// The first is cut when so many bytes of the answer have passed.
    pub after_bytes: usize,
    /// So many that come after it are closed at once; the rest passes.
    pub then_closed: usize,
}

#[derive(Debug)]
struct State {
    left: usize,
    to_close: usize,
    is_cut: bool,
}

/// Whatever the engine pulled over it is removed when it is dropped.
#[derive(Debug)]
pub struct Wire {
    host: String,
}

impl Wire {
    /// Listens on the loopback and passes on to another port there.
    pub fn to(port: u16, plan: Break) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let state = State { left: plan.after_bytes, to_close: plan.then_closed, is_cut: false };
        let state = Arc::new(Mutex::new(state));
        spawn(move || listener.incoming().map_while(Result::ok).for_each(|client| pass_on(client, port, &state)));
        Self { host }
    }

    /// `127.0.0.1:PORT/NAME`
    pub fn image(&self, name: &str) -> String {
        format!("{}/{name}", self.host)
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        remove_images(&self.host);
    }
}

fn pass_on(client: TcpStream, to: u16, state: &Arc<Mutex<State>>) {
    let mut now = state.lock().unwrap();
    if now.is_cut && now.to_close > 0 {
        now.to_close -= 1;
        return;
    }
    let server = TcpStream::connect(("127.0.0.1", to)).unwrap();
    let (mut asking, mut asked) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    spawn(move || {
        let _ = std::io::copy(&mut asking, &mut asked);
        let _ = asked.shutdown(Shutdown::Write);
    });
    let state = state.clone();
    spawn(move || answers(server, client, &state));
}

fn answers(mut server: TcpStream, mut client: TcpStream, state: &Mutex<State>) {
    let mut piece = [0; 16 * 1024];
    while let Ok(read @ 1..) = server.read(&mut piece) {
        let pass = state.lock().unwrap().of(read);
        let passed = client.write_all(&piece[..pass]);
        if pass < read || passed.is_err() {
            break;
        }
    }
    let _ = (client.shutdown(Shutdown::Both), server.shutdown(Shutdown::Both));
}

impl State {
    /// How many of these bytes pass.
    fn of(&mut self, bytes: usize) -> usize {
        if self.is_cut {
            return bytes;
        }
        let pass = bytes.min(self.left);
        self.left -= pass;
        self.is_cut = self.left == 0;
        pass
    }
}
