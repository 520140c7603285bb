//! Mirror traffic: one deployment gets a copy of some requests. The copy is a task of its own: it waits for nobody and
//! nobody waits for it, and its answer goes nowhere but into the records.

use crate::answer::told;
use crate::cargo::Cargo;
use crate::deadline::Deadline;
use crate::desk::Ticket;
use crate::door::Door;
use crate::exchange::{self, Exchange};
use crate::forward;
use crate::lease::Lease;
use crate::record::Record;
use http::Request;
use http::request::Parts;
use model::{Profile, Reason, ServedDeployment, ServedEndpoint};
use semantics::headers::DEPLOYMENT;
use semantics::outcome::{Upstream, Verdict, judge};
use semantics::request_id::request_id;
use semantics::traffic::mirrored;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

/// Only managed endpoints mirror.
const RULES: Profile = Profile::Managed;

/// A copy to be sent, once its body is known. Dropped unsent, it is counted.
#[derive(Debug)]
pub(crate) struct Mirrored {
    door: Arc<Door>,
    endpoint: Arc<ServedEndpoint>,
    deployment: Arc<ServedDeployment>,
    /// Taken when it is sent.
    head: Option<Parts>,
}

/// What a copy holds while it runs.
struct Held {
    _ticket: Ticket,
    lease: Lease,
    deadline: Deadline,
    record: Box<Record>,
}

/// The copy that the rules want of a request that was let in.
pub(crate) fn wanted(door: &Arc<Door>, endpoint: &Arc<ServedEndpoint>, head: &Parts) -> Option<Mirrored> {
    endpoint.mirror.as_ref()?;
    let deployment = mirrored(endpoint, head.headers.contains_key(DEPLOYMENT), door.chance.draw())?.clone();
    let (door, endpoint) = (door.clone(), endpoint.clone());
    Some(Mirrored { door, endpoint, deployment, head: Some(again(head)) })
}

/// Without what belongs to the client's connection.
fn again(head: &Parts) -> Parts {
    let (mut parts, ()) = Request::new(()).into_parts();
    (parts.method, parts.uri, parts.version) = (head.method.clone(), head.uri.clone(), head.version);
    parts.headers = head.headers.clone();
    parts
}

impl Mirrored {
    /// `None`: the body is more than is copied. A copy that gets no instance at once is dropped.
    pub(crate) fn send(mut self, cargo: Option<Cargo>) {
        let Some(cargo) = cargo else { return };
        let desk = self.door.desk(&self.deployment);
        let limits = &self.deployment.limits;
        let Ok(ticket) = desk.admit(RULES, limits) else { return };
        let Some(mut lease) = desk.lease_now() else { return };
        let Some(head) = self.head.take() else { return };
        let id = request_id(uuid::Uuid::new_v4().into_bytes());
        let mut record = Record::open(&self.door, id, &head);
        record.copies(&self.endpoint, &desk, cargo.length().unwrap_or_default());
        record.admitted(ticket.before, &self.deployment, &head);
        let now = record.leased(lease.place().seat.clone());
        let deadline = Deadline::after(now, limits.request_timeout, &self.door.timers);
        let cargo = record.watched(cargo);
        let request = forward::request(RULES, head, cargo, record.ids(), lease.place().seat.address());
        tokio::spawn(Held { _ticket: ticket, lease, deadline, record }.run(request, now));
    }
}

impl Drop for Mirrored {
    fn drop(&mut self) {
        if self.head.is_some() {
            self.door.desk(&self.deployment).tally.copy_dropped();
        }
    }
}

impl Held {
    async fn run(mut self, request: Request<Cargo>, started: Instant) {
        let answered = self.deadline.race(pin!(exchange::call(&mut self.lease, request, started))).await;
        match answered {
            None => self.told(judge(RULES, Upstream::TimedOut)),
            Some(Err(_)) => self.told(judge(RULES, Upstream::Closed)),
            Some(Ok((head, exchange))) => {
                self.record.answered(head.status.as_u16());
                self.record.passes(&head.headers);
                self.told(judge(RULES, told(&head)));
                self.read(exchange).await;
            }
        }
    }

    fn told(&mut self, verdict: Verdict) {
        let (status, reason) = match verdict {
            Verdict::Pass { status, reason, .. } => (status, reason),
            Verdict::Refuse(refusal) => (refusal.status, Some(refusal.reason)),
        };
        (self.record.status, self.record.reason, self.record.complete) = (status, reason, true);
    }

    /// To the end, or to the timeout; then the container goes on alone, as with any request.
    async fn read(mut self, mut exchange: Exchange) {
        loop {
            match self.deadline.race(pin!(poll_fn(|cx| exchange.poll_frame(cx)))).await {
                Some(Some(Ok(piece))) => self.record.took(&piece),
                Some(None) => {
                    self.record.ended();
                    return self.lease.keep(exchange.ended());
                }
                Some(Some(Err(_))) => return self.record.reason = Some(Reason::UpstreamClosed),
                None => return self.record.reason = Some(Reason::UpstreamRequestTimeout),
            }
        }
    }
}
