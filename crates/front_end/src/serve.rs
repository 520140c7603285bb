//! The accept loop, and its end.

use crate::app::App;
use crate::connection;
use crate::door::{Door, DoorConfig};
use std::io::{self, ErrorKind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What became of the requests that were in flight at the stop.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Drained {
    pub finished: usize,
    /// Broken off when the drain time was over.
    pub cut: usize,
}

/// Serves one endpoint until `stop`; then accepts no more and gives what is in flight the drain time.
pub async fn serve(listener: TcpListener, config: DoorConfig, stop: impl Future<Output = ()> + Send) -> Drained {
    let door = Arc::new(Door::new(config));
    let _standing = standing(&door);
    let app = Arc::new(App::new(door.clone()));
    let (close, closing) = watch::channel(false);
    let mut connections = JoinSet::new();
    let mut stop = pin!(stop);
    while let Some(stream) = next(&listener, &mut connections, stop.as_mut()).await {
        if !door.connects() {
            continue;
        }
        // A connection that cannot be switched works all the same.
        let _ = stream.set_nodelay(true);
        let (run, connected) =
            (connection::run(stream, app.clone(), closing.clone()), door.config.counters.connected());
        connections.spawn(async {
            run.await;
            drop(connected);
        });
    }
    drop(listener);
    close.send_replace(true);
    let drained = drain(&door, connections).await;
    // Who still reads the counters holds the desks.
    door.config.counters.desks().iter().for_each(|desk| desk.close_idle());
    drained
}

/// `None`: the stop has come.
async fn next(
    listener: &TcpListener,
    connections: &mut JoinSet<()>,
    mut stop: Pin<&mut (impl Future<Output = ()> + Send)>,
) -> Option<TcpStream> {
    loop {
        tokio::select! {
            () = stop.as_mut() => return None,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => return Some(stream),
                Err(error) => pause(&error).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Out of files or memory: trying again at once would only burn the processor.
async fn pause(error: &io::Error) {
    if !matches!(error.kind(), ErrorKind::ConnectionAborted | ErrorKind::ConnectionReset | ErrorKind::Interrupted) {
        tracing::warn!(%error, "no connection accepted");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn drain(door: &Door, mut connections: JoinSet<()>) -> Drained {
    let open = door.config.counters.open_requests();
    let all = async { while connections.join_next().await.is_some() {} };
    let cut = match tokio::time::timeout(door.config.drain, all).await {
        Ok(()) => 0,
        Err(_) => door.config.counters.open_requests(),
    };
    connections.shutdown().await;
    Drained { finished: open.saturating_sub(cut), cut }
}

/// What stands beside the requests as long as the door is open.
fn standing(door: &Arc<Door>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(tick(door.clone()));
    tasks.spawn(door.clone().follow_the_fleet());
    tasks
}

/// A timer that is the earliest of its runtime costs a system call; with this one standing, a request's never is.
async fn tick(door: Arc<Door>) {
    let mut interval = tokio::time::interval(Duration::from_millis(500));
    loop {
        interval.tick().await;
        door.config.counters.desks().iter().for_each(|desk| desk.tick());
    }
}
