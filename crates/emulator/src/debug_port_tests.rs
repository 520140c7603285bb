//! Editors before, while and after something listens behind the port.

use super::*;
use std::net::Ipv4Addr;
use tokio::sync::{mpsc, watch};

/// What was told, and where the instance is.
struct Told {
    address: watch::Receiver<Option<SocketAddr>>,
    attached: mpsc::UnboundedSender<bool>,
}

#[async_trait]
impl Behind for Told {
    async fn address(&self) -> SocketAddr {
        let mut address = self.address.clone();
        address.wait_for(Option::is_some).await.expect("the test goes on").expect("it is some")
    }

    fn attached(&self, attached: bool) {
        self.attached.send(attached).expect("the test goes on");
    }
}

struct Stage {
    port: SocketAddr,
    address: watch::Sender<Option<SocketAddr>>,
    attached: mpsc::UnboundedReceiver<bool>,
}

impl Stage {
    async fn set() -> Self {
        let listener = listener().await;
        let port = listener.local_addr().expect("bound");
        let (address, at) = watch::channel(None);
        let (told, attached) = mpsc::unbounded_channel();
        tokio::spawn(serve(listener, Told { address: at, attached: told }));
        Self { port, address, attached }
    }

    async fn editor(&self) -> TcpStream {
        let mut editor = TcpStream::connect(self.port).await.expect("the port is open");
        editor.write_all(b"initialize").await.expect("it is taken");
        editor
    }

    /// A debugpy that is there.
    async fn debugpy(&self) -> TcpListener {
        let listener = listener().await;
        self.address.send_replace(Some(listener.local_addr().expect("bound")));
        listener
    }
}

async fn listener() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port")
}

async fn says(stream: &mut TcpStream, text: &[u8]) {
    let mut said = vec![0; text.len()];
    stream.read_exact(&mut said).await.expect("it says something");
    assert_eq!(said, text);
}

async fn hears(debugpy: &TcpListener, text: &[u8]) -> TcpStream {
    let (mut session, _) = debugpy.accept().await.expect("somebody comes");
    session.write_all(b"hello").await.expect("it is taken");
    says(&mut session, text).await;
    session
}

#[tokio::test]
async fn an_editor_is_held_until_debugpy_speaks() {
    let mut stage = Stage::set().await;
    let mut editor = stage.editor().await;
    let debugpy = stage.debugpy().await;
    // As an engine's own proxy does while nobody listens in the container.
    drop(debugpy.accept().await.expect("the first try"));
    let mut session = hears(&debugpy, b"initialize").await;
    assert_eq!(stage.attached.recv().await, Some(true));
    says(&mut editor, b"hello").await;
    session.write_all(b"answer").await.expect("it is taken");
    says(&mut editor, b"answer").await;
}

#[tokio::test]
async fn the_last_connection_decides() {
    let mut stage = Stage::set().await;
    let debugpy = stage.debugpy().await;
    let (host, worker) = (stage.editor().await, stage.editor().await);
    let _sessions = (hears(&debugpy, b"initialize").await, hears(&debugpy, b"initialize").await);
    assert_eq!(stage.attached.recv().await, Some(true));
    drop(host);
    drop(worker);
    assert_eq!(stage.attached.recv().await, Some(false));
    assert!(stage.attached.is_empty(), "each change is told once");
}

#[tokio::test]
async fn a_new_instance_has_the_next_editor() {
    let mut stage = Stage::set().await;
    let first = stage.debugpy().await;
    let mut editor = stage.editor().await;
    drop(hears(&first, b"initialize").await);
    let mut rest = vec![];
    editor.read_to_end(&mut rest).await.expect("the end");
    assert_eq!(rest, b"hello");
    assert_eq!((stage.attached.recv().await, stage.attached.recv().await), (Some(true), Some(false)));
    let second = stage.debugpy().await;
    let _editor = stage.editor().await;
    hears(&second, b"initialize").await;
}

#[tokio::test]
async fn who_gives_up_waiting_was_never_attached() {
    let mut stage = Stage::set().await;
    let mut gives_up = stage.editor().await;
    gives_up.shutdown().await.expect("it is there");
    assert_eq!(gives_up.read_to_end(&mut vec![]).await.expect("the end"), 0);
    let debugpy = stage.debugpy().await;
    let _editor = stage.editor().await;
    hears(&debugpy, b"initialize").await;
    assert_eq!(stage.attached.recv().await, Some(true));
    assert!(stage.attached.is_empty());
}
