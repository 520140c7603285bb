//! In a container: keys go there, what is written comes back, the window's size follows.

use super::raw::{Raw, resized, size};
use crate::exit::Code;
use crate::signals::Signals;
use diagnosis::{Diagnosis, engine as rows};
use engine::{EngineError, Piece, There};
use futures_util::StreamExt;
use std::io::Write;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};

pub async fn run(there: There, terminal: bool) -> Result<Code, Diagnosis> {
    let There { input, mut output, session } = there;
    let raw = terminal.then(Raw::enter);
    let mut signals = Signals::listen();
    let mut resized = resized();
    let keys = tokio::spawn(typed(input));
    let ended = loop {
        tokio::select! {
            biased;
            piece = output.next() => match piece {
                Some(Ok(piece)) => write(&piece),
                Some(Err(error)) => break Err(failed(&error)),
                None => break Ok(()),
            },
            () = resized(), if terminal => {
                let (columns, lines) = size();
                // Only the picture suffers.
                let _ = session.resize(columns, lines).await;
            }
            // With a terminal Ctrl-C is a key.
            code = signals.asked() => {
                keys.abort();
                drop(raw);
                return Ok(code);
            }
        }
    };
    keys.abort();
    drop(raw);
    ended?;
    let code = session.code().await.map_err(|error| failed(&error))?;
    Ok(Code(u8::try_from(code).unwrap_or(u8::MAX)))
}

/// Until the end of our input, which is the end of the command's.
async fn typed(mut input: std::pin::Pin<Box<dyn AsyncWrite + Send>>) {
    let (mut stdin, mut bytes) = (tokio::io::stdin(), [0; 4096]);
    while let Ok(count @ 1..) = stdin.read(&mut bytes).await {
        if input.write_all(&bytes[..count]).await.is_err() || input.flush().await.is_err() {
            return;
        }
    }
    let _ = input.shutdown().await;
}

/// A reader that went away is no reason to fail.
fn write(piece: &Piece) {
    let (bytes, mut to): (_, Box<dyn Write>) = match piece {
        Piece::Out(bytes) => (bytes, Box::new(std::io::stdout())),
        Piece::Err(bytes) => (bytes, Box::new(std::io::stderr())),
    };
    let _ = to.write_all(bytes).and_then(|()| to.flush());
}

fn failed(error: &EngineError) -> Diagnosis {
    Diagnosis::error(rows::ENGINE_FAILED, error.to_string())
}
