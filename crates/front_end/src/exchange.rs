//! The exchange with a container: driven by the request while somebody waits for it, and by a task of its own after
//! that, so that neither a timeout nor a client that left breaks it off.

use crate::cargo::Cargo;
use crate::desk::Desk;
use crate::hush;
use crate::lease::Lease;
use crate::link::{Answer, Link};
use bytes::Bytes;
use http::response::Parts;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

#[derive(Debug)]
pub(crate) enum Unanswered {
    /// There is no connection: nobody has seen anything of the request.
    Unseen(Box<Request<Cargo>>),
    /// The connection was reset or ended before a status.
    Broken,
}

/// Ours. The inference server ends a request itself (`WORKER_TIMEOUT`, 300 s); a custom container may not.
const LONGEST_ABANDONED: Duration = Duration::from_secs(3600);

/// Dropped before its end, it goes on as an abandoned one.
#[derive(Debug)]
pub(crate) struct Exchange {
    desk: Arc<Desk>,
    started: Instant,
    /// `None`: ended.
    run: Option<Run>,
}

#[derive(Debug)]
struct Run {
    link: Box<Link>,
    stage: Stage,
}

enum Stage {
    Asked(Answer),
    Flowing(Incoming),
    /// Answered whole, while the request is still on its way.
    Answered,
}

/// Resolves with the head of the answer; its body follows as it comes. A kept connection that turns out to be closed
/// before any byte was written is replaced; a request that the container may have seen is never sent again.
pub(crate) async fn call(
    lease: &mut Lease,
    request: Request<Cargo>,
    started: Instant,
) -> Result<(Parts, Exchange), Unanswered> {
    let mut request = request;
    if let Some(kept) = lease.place().kept.take() {
        match Exchange::begin(lease, kept, request, started).answered().await {
            Ok(answered) => return Ok(answered),
            Err(unsent) => request = unsent.ok_or(Unanswered::Broken)?,
        }
    }
    match open(lease).await {
        Some(link) => Exchange::begin(lease, link, request, started).answered().await.map_err(|_| Unanswered::Broken),
        None => Err(Unanswered::Unseen(Box::new(request))),
    }
}

/// A container that is no more may leave the question unanswered: then it is waited for no longer than it is served.
async fn open(lease: &mut Lease) -> Option<Box<Link>> {
    let seat = lease.place().seat.clone();
    let address = seat.address();
    let told = |error| tracing::debug!(%address, %error, "no connection to the container");
    tokio::select! {
        biased;
        link = Link::open(address) => link.map_err(told).ok(),
        () = lease.desk.withdrawn(&seat) => None,
    }
}

impl Exchange {
    fn begin(lease: &Lease, mut link: Box<Link>, request: Request<Cargo>, started: Instant) -> Self {
        let stage = Stage::Asked(link.send(request));
        Self { desk: lease.desk.clone(), started, run: Some(Run { link, stage }) }
    }

    /// An error carries the request, when nothing of it was written.
    async fn answered(mut self) -> Result<(Parts, Self), Option<Request<Cargo>>> {
        match poll_fn(|cx| self.poll_answer(cx)).await {
            Ok(head) => Ok((head, self)),
            Err(unsent) => {
                self.run = None;
                Err(unsent)
            }
        }
    }

    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Result<Parts, Option<Request<Cargo>>>> {
        self.run.as_mut().map_or(Poll::Ready(Err(None)), |run| run.poll_answer(cx))
    }

    pub(crate) fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        self.run.as_mut().map_or(Poll::Ready(None), |run| run.poll_frame(cx))
    }

    pub(crate) fn is_end_stream(&self) -> bool {
        self.body().is_none_or(Body::is_end_stream)
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.body().map_or(SizeHint::with_exact(0), Body::size_hint)
    }

    /// The answer has ended, well or badly: nothing is abandoned. The connection, if it may take another request.
    pub(crate) fn ended(mut self) -> Option<Box<Link>> {
        let mut run = self.run.take()?;
        if run.link.is_idle() {
            return Some(run.link);
        }
        if !run.link.is_over() {
            run.stage = Stage::Answered;
            go_on(run, None);
        }
        None
    }

    fn body(&self) -> Option<&Incoming> {
        match &self.run {
            Some(Run { stage: Stage::Flowing(body), .. }) => Some(body),
            _ => None,
        }
    }
}

impl Run {
    fn poll_answer(&mut self, cx: &mut Context<'_>) -> Poll<Result<Parts, Option<Request<Cargo>>>> {
        let Stage::Asked(answer) = &mut self.stage else { return Poll::Ready(Err(None)) };
        let answer = ready!(self.link.poll_received(cx, |cx| answer.as_mut().poll(cx)));
        Poll::Ready(match answer.map(Response::into_parts) {
            Ok((head, body)) => {
                self.stage = Stage::Flowing(body);
                Ok(head)
            }
            Err(mut failed) => {
                tracing::debug!(error = %failed.error(), "no answer from the container");
                Err(failed.take_message())
            }
        })
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let Stage::Flowing(body) = &mut self.stage else { return Poll::Ready(None) };
        let take =
            |cx: &mut Context<'_>| hush::taking(&mut *body, |body| Pin::new(body).poll_frame(cx), Body::is_end_stream);
        self.link.poll_received(cx, take)
    }

    /// Reads to the end what nobody wants: a closed connection could be taken for a signal to stop.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if matches!(self.stage, Stage::Asked(_)) && ready!(self.poll_answer(cx)).is_err() {
            return Poll::Ready(());
        }
        while let Stage::Flowing(_) = self.stage {
            if !matches!(ready!(self.poll_frame(cx)), Some(Ok(_))) {
                return Poll::Ready(());
            }
        }
        self.link.poll_over(cx)
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Some(run) = self.run.take() {
            go_on(run, Some(Abandoned::of(&self.desk, self.started)));
        }
    }
}

/// A container that never answers and never closes would keep its task for ever.
fn go_on(mut run: Run, abandoned: Option<Abandoned>) {
    let Ok(runtime) = Handle::try_current() else { return };
    runtime.spawn(async move {
        let _counted = abandoned;
        if tokio::time::timeout(LONGEST_ABANDONED, poll_fn(|cx| run.poll_end(cx))).await.is_err() {
            tracing::warn!("an abandoned exchange is broken off after {LONGEST_ABANDONED:?}");
        }
    });
}

/// An exchange that nobody waits for, while it lasts.
#[derive(Debug)]
struct Abandoned {
    desk: Arc<Desk>,
    started: Instant,
}

impl Abandoned {
    fn of(desk: &Arc<Desk>, started: Instant) -> Self {
        desk.abandoned.fetch_add(1, SeqCst);
        Self { desk: desk.clone(), started }
    }
}

impl Drop for Abandoned {
    fn drop(&mut self) {
        self.desk.abandoned.fetch_sub(1, SeqCst);
        self.desk.tally.abandoned_ended(self.started.elapsed());
    }
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Asked(_) => "Asked",
            Self::Flowing(_) => "Flowing",
            Self::Answered => "Answered",
        })
    }
}
