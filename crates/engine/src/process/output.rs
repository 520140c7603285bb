//! What an instance has said, kept after its end.

use crate::lines::LineSplitter;
use crate::{LogLine, LogSource, Stream};
use futures_util::stream::{self, BoxStream, StreamExt};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::watch;

/// Lines kept of one instance; older ones go.
const KEPT: usize = 10_000;

#[derive(Debug, Default)]
pub struct Output {
    said: Mutex<Said>,
    changed: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Said {
    lines: VecDeque<LogLine>,
    /// How many lines have gone.
    gone: usize,
    ended: bool,
}

enum Next {
    Line(LogLine),
    Nothing,
    End,
}

impl Output {
    /// Takes everything that this stream says until its end.
    pub async fn read(self: Arc<Self>, stream: Stream, mut source: impl AsyncRead + Unpin) {
        let mut splitter = LineSplitter::default();
        let mut buffer = vec![0; 8192];
        // A pipe that breaks has said what it had to say.
        while let Ok(count @ 1..) = source.read(&mut buffer).await {
            self.push(stream, splitter.push(&buffer[..count]));
        }
        self.push(stream, splitter.finish());
    }

    fn push(&self, stream: Stream, lines: impl IntoIterator<Item = String>) {
        let mut said = self.said();
        for text in lines {
            if said.lines.len() == KEPT {
                said.lines.pop_front();
                said.gone += 1;
            }
            said.lines.push_back(LogLine { stream, text, old: false });
        }
        drop(said);
        self.changed.send_replace(());
    }

    pub fn end(&self) {
        self.said().ended = true;
        self.changed.send_replace(());
    }

    pub fn lines(self: &Arc<Self>, source: LogSource) -> BoxStream<'static, LogLine> {
        let start = self.said().start(source.tail);
        let state = (Arc::clone(self), start, self.changed.subscribe());
        stream::unfold(state, move |(output, mut at, mut changed)| async move {
            loop {
                changed.borrow_and_update();
                let next = output.said().next(&mut at, source.follow);
                match next {
                    Next::Line(line) => return Some((line, (output, at, changed))),
                    Next::End => return None,
                    Next::Nothing => changed.changed().await.ok()?,
                }
            }
        })
        .boxed()
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Said {
    /// The number of the first line to show.
    fn start(&self, tail: Option<usize>) -> usize {
        let end = self.gone + self.lines.len();
        tail.map_or(self.gone, |lines| end.saturating_sub(lines).max(self.gone))
    }

    fn next(&self, at: &mut usize, follow: bool) -> Next {
        *at = (*at).max(self.gone);
        match self.lines.get(*at - self.gone) {
            Some(line) => {
                *at += 1;
                Next::Line(line.clone())
            }
            None if follow && !self.ended => Next::Nothing,
            None => Next::End,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_oldest_lines_go() {
        let output = Arc::new(Output::default());
        output.push(Stream::Stdout, (0..KEPT + 2).map(|number| number.to_string()));
        output.end();
        let all: Vec<_> = output.lines(LogSource { tail: None, follow: true }).collect().await;
        assert_eq!((all.len(), all[0].text.as_str()), (KEPT, "2"));
        let last: Vec<_> = output.lines(LogSource { tail: Some(1), follow: false }).collect().await;
        assert_eq!(last[0].text, (KEPT + 1).to_string());
    }
}
