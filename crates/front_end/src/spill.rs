//! A whole body that is too large for memory: a file without a name, gone with the last handle on it.

use bytes::Bytes;
use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::task::spawn_blocking;
use tokio_util::io::ReaderStream;

/// Of one body, in bytes; beyond that it is written to disk.
const IN_MEMORY: usize = 1 << 20;
/// Read back in pieces of this size.
const PIECE: usize = 128 << 10;

/// A body as it is gathered.
#[derive(Debug)]
pub(crate) struct Gathered {
    /// Where the file is made; `None`: the system's folder for temporary files.
    folder: Option<Arc<PathBuf>>,
    file: Option<File>,
    /// The end of the body, never copied together.
    pieces: Vec<Bytes>,
    held: usize,
}

impl Gathered {
    pub(crate) fn new(folder: Option<Arc<PathBuf>>) -> Self {
        Self { folder, file: None, pieces: vec![], held: 0 }
    }

    pub(crate) async fn add(&mut self, piece: Bytes) -> io::Result<()> {
        self.held += piece.len();
        self.pieces.push(piece);
        if self.held > IN_MEMORY { self.spill().await } else { Ok(()) }
    }

    /// The pieces, or the file from its beginning.
    pub(crate) async fn whole(mut self) -> io::Result<Result<Vec<Bytes>, Spilled>> {
        if self.file.is_some() {
            self.spill().await?;
        }
        let Some(mut file) = self.file else { return Ok(Ok(self.pieces)) };
        let file = blocking(move || file.rewind().map(|()| file)).await?;
        Ok(Err(Spilled(ReaderStream::with_capacity(file.into(), PIECE))))
    }

    /// On a thread that may wait for the disk.
    async fn spill(&mut self) -> io::Result<()> {
        let (file, pieces, folder) = (self.file.take(), std::mem::take(&mut self.pieces), self.folder.clone());
        self.held = 0;
        self.file = Some(blocking(move || write(file, &pieces, folder)).await?);
        Ok(())
    }
}

fn write(file: Option<File>, pieces: &[Bytes], folder: Option<Arc<PathBuf>>) -> io::Result<File> {
    let mut file = match (file, folder) {
        (Some(file), _) => file,
        (None, Some(folder)) => tempfile::tempfile_in(&*folder)?,
        (None, None) => tempfile::tempfile()?,
    };
    pieces.iter().try_for_each(|piece| file.write_all(piece))?;
    Ok(file)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(work).await.map_err(io::Error::other)?
}

/// A body on disk, on its way to the container.
#[derive(Debug)]
pub(crate) struct Spilled(ReaderStream<tokio::fs::File>);

impl Spilled {
    pub(crate) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        futures_util::Stream::poll_next(Pin::new(&mut self.0), cx)
    }
}
