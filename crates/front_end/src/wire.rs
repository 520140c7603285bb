//! A socket as hyper drives it. A head and a small body leave in one plain write: putting the pieces together costs
//! less than what the system takes for a list of them. What else is particular depends on who is at the other end.

use crate::signature::Unsigned;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use std::cell::RefCell;
use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::net::TcpStream;

/// Bytes that are put together; more are not worth the copy.
const SMALL: usize = 4 << 10;

thread_local! {
    static TOGETHER: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(SMALL));
}

#[derive(Debug)]
pub(crate) struct Wire {
    io: TokioIo<TcpStream>,
    end: End,
}

#[derive(Debug)]
enum End {
    Client(Unsigned),
    /// A container may answer, and close on what it does not read: the answer counts. What is still to be sent is
    /// thrown away then, and reading tells whether there was an answer.
    Container {
        gone: bool,
    },
}

impl Wire {
    pub(crate) fn to_client(stream: TcpStream, unsigned: Unsigned) -> Self {
        Self { io: TokioIo::new(stream), end: End::Client(unsigned) }
    }

    pub(crate) fn to_container(stream: TcpStream) -> Self {
        Self { io: TokioIo::new(stream), end: End::Container { gone: false } }
    }

    fn write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let End::Client(unsigned) = &mut self.end
            && let Some(signed) = unsigned.signed(bytes)
        {
            while !signed.is_empty() {
                let written = ready!(Pin::new(&mut self.io).poll_write(cx, signed))?;
                signed.drain(..written);
            }
            return Poll::Ready(Ok(bytes.len()));
        }
        let written = Pin::new(&mut self.io).poll_write(cx, bytes);
        self.seen(written, bytes.len())
    }

    fn seen(&mut self, written: Poll<io::Result<usize>>, all: usize) -> Poll<io::Result<usize>> {
        let End::Container { gone } = &mut self.end else { return written };
        *gone |= matches!(&written, Poll::Ready(Err(error)) if hung_up(error));
        if *gone { Poll::Ready(Ok(all)) } else { written }
    }
}

fn hung_up(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted)
}

impl Read for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

impl Write for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let all = pieces.iter().map(|piece| piece.len()).sum::<usize>();
        if all > SMALL {
            let written = Pin::new(&mut self.io).poll_write_vectored(cx, pieces);
            return self.seen(written, all);
        }
        TOGETHER.with_borrow_mut(|together| {
            together.clear();
            pieces.iter().for_each(|piece| together.extend_from_slice(piece));
            self.write(cx, together)
        })
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.io).poll_flush(cx))?;
        if let End::Client(unsigned) = &mut self.end {
            unsigned.flushed();
        }
        Poll::Ready(Ok(()))
    }

    /// A connection to a container is dropped as soon as it has ended: closing it says the same, in one system call less.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.end {
            End::Client(_) => Pin::new(&mut self.io).poll_shutdown(cx),
            End::Container { .. } => Poll::Ready(Ok(())),
        }
    }
}
