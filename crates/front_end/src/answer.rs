//! One scoring request, straight down.

use crate::caller::Caller;
use crate::cargo;
use crate::deadline::Deadline;
use crate::desk::Ticket;
use crate::door::Door;
use crate::exchange;
use crate::intake::Upload;
use crate::lease::Lease;
use crate::linger::linger;
use crate::record::Record;
use crate::reply_body::ReplyBody;
use crate::{forward, own, reply};
use http::header::{AUTHORIZATION, EXPECT};
use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;
use model::{Profile, Reason, RequestId};
use semantics::outcome::{Upstream, Verdict, judge};
use semantics::refusal::{NO_ROUTE, Refusal};
use semantics::{auth, headers, routing};
use std::sync::Arc;

/// What the container answered, what is made of it, and what is held until its end.
pub(crate) struct Scored {
    pub(crate) status: u16,
    pub(crate) reason: Option<Reason>,
    pub(crate) added: Vec<(&'static str, String)>,
    pub(crate) response: Response<Incoming>,
    pub(crate) lease: Lease,
    pub(crate) caller: Caller,
    pub(crate) deadline: Deadline,
    pub(crate) ticket: Ticket,
}

pub(crate) async fn answer<B: Upload>(door: Arc<Door>, id: RequestId, request: Request<B>) -> Response<ReplyBody> {
    let (head, body) = request.into_parts();
    let mut record = Record::open(&door, id, &head);
    let waits = head.headers.contains_key(EXPECT);
    let mut body = Some(body);
    match score(&door, head, &mut body, &mut record).await {
        Ok(scored) => reply::scored(scored, record),
        Err(refusal) => {
            linger(body, waits);
            reply::refused(refusal, record)
        }
    }
}

/// The order of the checks is the order of the lines. The body is not touched before the request is let in.
async fn score<B: Upload>(
    door: &Arc<Door>,
    head: Parts,
    body: &mut Option<B>,
    record: &mut Record,
) -> Result<Scored, Refusal> {
    let endpoint = door.endpoint().ok_or(NO_ROUTE)?;
    auth::authorize(head.headers.get(AUTHORIZATION).map(|value| value.as_bytes()), &endpoint.auth)?;
    own::no_tunnel(&head.method)?;
    let deployment = routing::route(&endpoint, wanted(&head).as_deref(), door.chance.draw())?;
    record.deployment = Some(deployment.name.clone());
    let desk = door.desk(deployment);
    let ticket = desk.admit(&deployment.limits)?;
    record.in_flight = ticket.before;

    let whole = cargo::hold(deployment.upstream, door, body, record).await?;
    let mut deadline = Deadline::after(deployment.limits.request_timeout);
    let refuse = |upstream| refusal(endpoint.profile, upstream);
    let lease = deadline.race(desk.lease()).await.ok_or_else(|| refuse(Upstream::TimedOut))?;
    let lease = lease.ok_or_else(|| refuse(Upstream::NotReady))?;
    record.instance = Some(lease.place.id.clone());
    let cargo = match whole {
        Some(cargo) => cargo,
        None => {
            let (cargo, arrived) = cargo::stream(door, body, record)?;
            deadline.stand_until(arrived);
            cargo
        }
    };

    let address = lease.place.address;
    let request = forward::request(head, cargo, record.id, record.client_id.as_deref(), address);
    let answered = deadline.race(exchange::call(&desk, address, request)).await;
    let answered = answered.ok_or_else(|| refuse(Upstream::TimedOut))?;
    let (response, caller) =
        answered.map_err(|_| record.upload.fault().map_or_else(|| refuse(Upstream::Closed), own::refusal))?;
    record.answered(response.status().as_u16());
    match judge(endpoint.profile, told(&response)) {
        Verdict::Pass { status, reason, headers: added } => {
            Ok(Scored { status, reason, added, response, lease, caller, deadline, ticket })
        }
        Verdict::Refuse(refusal) => Err(refusal),
    }
}

fn wanted(head: &Parts) -> Option<std::borrow::Cow<'_, str>> {
    head.headers.get(headers::DEPLOYMENT).map(|value| String::from_utf8_lossy(value.as_bytes()))
}

fn told(response: &Response<Incoming>) -> Upstream {
    let failed = response.headers().get("x-ms-run-function-failed").map(|value| value.as_bytes());
    Upstream::answered(response.status().as_u16(), failed)
}

fn refusal(profile: Profile, upstream: Upstream) -> Refusal {
    match judge(profile, upstream) {
        Verdict::Refuse(refusal) => refusal,
        Verdict::Pass { .. } => own::INTERNAL,
    }
}
