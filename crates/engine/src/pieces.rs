//! Bytes that a thread of their own writes while they are sent: what is sent may be of any size.

use bytes::Bytes;
use futures_util::{Stream, stream};
use std::io::{self, BufWriter, ErrorKind, Write};
use tokio::sync::mpsc::{Sender, channel};
use tokio::task::JoinHandle;

/// So many bytes are written ahead of what is sent, at most, in pieces of this size.
const PIECE: usize = 64 * 1024;
const PIECES: usize = 8;

/// Resolves when the last byte was written. An error here is the reason of whatever the receiver says.
pub type Writing = JoinHandle<io::Result<()>>;

pub type Out = BufWriter<Pieces>;

/// A receiver that has heard enough ends it, which is no error: it says why itself.
pub fn of(
    write: impl FnOnce(Out) -> io::Result<()> + Send + 'static,
) -> (impl Stream<Item = io::Result<Bytes>> + Send + 'static, Writing) {
    let (sender, mut pieces) = channel(PIECES);
    let writing = tokio::task::spawn_blocking(move || {
        let written = match write(BufWriter::with_capacity(PIECE, Pieces(sender.clone()))) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written,
        };
        if written.is_err() {
            // Half of it must not pass for a whole one; the receiver may have gone already.
            let _ = sender.blocking_send(Err(ErrorKind::InvalidData.into()));
        }
        written
    });
    (stream::poll_fn(move |context| pieces.poll_recv(context)), writing)
}

/// Waits where the receiver is slower, so that any size needs the same memory.
pub struct Pieces(Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes)));
        sent.map(|()| bytes.len()).map_err(|_| ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
