//! The runtime of the doors: one thread, on which nothing else runs. Two workers cost a request a fifth more than one,
//! and nothing that is built or started beside it delays a request.

use crate::door::DoorConfig;
use crate::serve::{Drained, serve};
use std::io;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The thread ends with this value, and with it what still runs there.
#[derive(Debug)]
pub struct Plane {
    runtime: Handle,
    _here: oneshot::Sender<()>,
}

impl Plane {
    /// An error of the system: no thread, no more files.
    pub fn start() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (here, gone) = oneshot::channel();
        std::thread::Builder::new().name("doors".to_owned()).spawn(move || {
            let _ = runtime.block_on(gone);
            runtime.shutdown_background();
        })?;
        Ok(Self { runtime: handle, _here: here })
    }

    /// [`serve`] on this thread. The listener must not block.
    pub fn open(
        &self,
        listener: std::net::TcpListener,
        config: DoorConfig,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> io::Result<JoinHandle<Drained>> {
        let _entered = self.runtime.enter();
        let listener = TcpListener::from_std(listener)?;
        Ok(self.runtime.spawn(serve(listener, config, stop)))
    }
}
