//! One scoring request, straight down.

use crate::cargo::{self, Cargo};
use crate::cut::Unscored;
use crate::deadline::Deadline;
use crate::desk::{Desk, Ticket};
use crate::door::Door;
use crate::exchange::{self, Exchange, Unanswered};
use crate::idle::Hold;
use crate::lease::Lease;
use crate::linger::linger;
use crate::mirror;
use crate::record::Record;
use crate::reply_body::ReplyBody;
use crate::seats::Seat;
use crate::upload::Upload;
use crate::{fault, forward, own, reply};
use http::header::{AUTHORIZATION, HeaderName};
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use model::{Profile, RateLimits, Reason, RequestId, ServedDeployment, ServedEndpoint};
use semantics::outcome::{Upstream, Verdict, judge};
use semantics::refusal::{NO_ROUTE, Refusal};
use semantics::{admission, host, paths, routing};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What the container answered, what is made of it, and what is held until its end.
pub(crate) struct Scored {
    pub(crate) status: u16,
    pub(crate) reason: Option<Reason>,
    pub(crate) added: Vec<(&'static str, String)>,
    pub(crate) head: http::response::Parts,
    pub(crate) exchange: Exchange,
    pub(crate) lease: Lease,
    pub(crate) deadline: Deadline,
    pub(crate) ticket: Ticket,
}

pub(crate) async fn answer(door: Arc<Door>, id: RequestId, request: Request<Upload>) -> Response<ReplyBody> {
    let (head, body) = request.into_parts();
    let mut record = Record::open(&door, id, &head);
    let mut body = Some(body);
    match score(&door, head, &mut body, &mut record).await {
        Ok(scored) => reply::scored(scored, record),
        Err(Unscored::Refused(refusal)) => {
            linger(body, record.waits);
            reply::refused(refusal, record)
        }
        Err(Unscored::Lost) => reply::lost(record),
    }
}

/// The order of the checks is the order of the lines; the first that refuses decides. Azure publishes none: this one is
/// inferred (`reference/azure-scoring-front-end.md`, 3.3 and 14). The body is not touched before the request is let in.
///
/// | check | managed | kubernetes | passthrough |
/// |---|---|---|---|
/// | the endpoint is served | 404 | 404 | 404 |
/// | `Host` names this machine | | | 403 |
/// | credential | 401, 403 | 401 | |
/// | requests a second, of the endpoint | 429 | | |
/// | no CONNECT, one `Host`, no coding but chunked | 400, 501 | 400, 501 | 400, 501 |
/// | a deployment, by header or by weight; its path | 404 | 404 | 404 |
/// | in flight | 429 | | |
/// | the body arrives (whole for the inference server) | 408, 413, 400 | 408, 413, 400 | 408, 413, 400 |
/// | **here the clock of `request_timeout_ms` starts** | 408 | 504 | |
/// | an instance is ready, one is free | 424 | 503, 503 after `max_queue_wait_ms` | 503 |
/// | a fault on purpose holds it back | 408 | 504 | 504 |
/// | the container answers | 200, 424 | its own, 502 | its own, 502 |
/// | a fault on purpose loses the answer | the connection is cut | cut | cut |
async fn score(
    door: &Arc<Door>,
    mut head: Parts,
    body: &mut Option<Upload>,
    record: &mut Record,
) -> Result<Scored, Unscored> {
    let endpoint = door.endpoint().ok_or(NO_ROUTE)?;
    let profile = endpoint.profile;
    record.follow(&endpoint);
    host::admit(profile, forward::authority(&head))?;
    door.last_credential.authorize(header(&head, &AUTHORIZATION), &endpoint)?;
    door.rated(record.rates, record.upload.started())?;
    own::servable(&head)?;
    let deployment = routing::route(&endpoint, wanted(&head).as_deref(), door.chance.draw())?;
    readdress(&endpoint, deployment, &mut head)?;
    let desk = door.desk(deployment);
    record.desk = Some(desk.clone());
    let ticket = desk.admit(profile, &deployment.limits).inspect_err(|_| record.refused())?;
    record.admitted(ticket.before, deployment, &head);
    let mut copy = mirror::wanted(door, &endpoint, &head);

    let whole = cargo::hold(deployment.upstream, door, body, record).await?;
    if let (Some(cargo), Some(copy)) = (&whole, copy.take_if(|_| whole.is_some())) {
        copy.send(cargo.again());
    }
    let declared = body.as_ref().map(|body| body.size_hint().lower());
    slow(door, record, &head, declared).await;
    let arrived = record.upload.last_byte() + record.upload.delayed();
    let mut deadline = Deadline::after(arrived, deployment.limits.request_timeout, &door.timers);
    let refuse = |upstream| refusal(profile, upstream);
    let patience = admission::queue_wait(profile, &deployment.limits);
    let mut lease = leased(&desk, patience, profile, &mut deadline).await?;
    let mut began = record.leased(lease.place().seat.clone());
    let cargo = match whole {
        Some(cargo) => cargo,
        None => {
            let hold = Hold { since: began, free: deployment.limits.request_timeout };
            let cargo = cargo::stream(door, body, record, copy, hold)?;
            deadline.stand_until_arrival(&record.upload, began);
            cargo
        }
    };

    let cargo = record.watched(cargo);
    let swagger = paths::is_swagger(head.uri.path());
    let mut request = forward::request(profile, head, cargo, record.ids(), lease.place().seat.address());
    let fate = fault::hold(&deployment.faults, &mut lease, record, &mut deadline).await.map_err(refuse)?;
    let (head, exchange) = loop {
        let answered = deadline.race(pin!(exchange::call(&mut lease, request, began))).await;
        match answered.ok_or_else(|| refuse(Upstream::TimedOut))? {
            Ok(answered) => break fate.of(answered, record)?,
            Err(unanswered) => request = unseen(unanswered, record, &desk, &lease.place().seat)?,
        }
        drop(lease);
        lease = Box::pin(leased(&desk, patience, profile, &mut deadline)).await?;
        began = record.leased(lease.place().seat.clone());
    };
    if swagger {
        paths::no_swagger(profile, head.status.as_u16())?;
    }
    match judge(profile, told(&head)) {
        Verdict::Pass { status, reason, headers: added } => {
            Ok(Scored { status, reason, added, head, exchange, lease, deadline, ticket })
        }
        Verdict::Refuse(refusal) => Err(refusal.into()),
    }
}

fn header<'a>(head: &'a Parts, name: &HeaderName) -> Option<&'a [u8]> {
    head.headers.get(name).map(|value| value.as_bytes())
}

/// From here on the path is the container's.
fn readdress(endpoint: &ServedEndpoint, deployment: &ServedDeployment, head: &mut Parts) -> Result<(), Refusal> {
    let path = head.uri.path();
    let inward = paths::inward(endpoint.profile, endpoint.name.as_str(), &deployment.scoring_path, path);
    let inward = inward.ok_or(NO_ROUTE)?;
    if inward != path {
        head.uri = forward::with_path(&head.uri, &inward).ok_or(own::INTERNAL)?;
    }
    Ok(())
}

/// An instance with room, within the deadline.
async fn leased(
    desk: &Arc<Desk>,
    patience: Option<(Duration, Refusal)>,
    profile: Profile,
    deadline: &mut Deadline,
) -> Result<Lease, Refusal> {
    let lease = deadline.race(pin!(waited(desk.lease(), patience))).await;
    let lease = lease.ok_or_else(|| refusal(profile, Upstream::TimedOut))??;
    lease.ok_or_else(|| refusal(profile, Upstream::NotReady))
}

/// The request, when another instance may have it: nobody has seen it, and its own, dead perhaps, is passed over now.
fn unseen(unanswered: Unanswered, record: &Record, desk: &Desk, seat: &Seat) -> Result<Request<Cargo>, Refusal> {
    if let Some(fault) = record.upload.fault() {
        return Err(own::refusal(fault));
    }
    let passed_over = desk.doubt(seat);
    match unanswered {
        Unanswered::Unseen(request) if passed_over => Ok(*request),
        Unanswered::Unseen(_) | Unanswered::Broken => Err(refusal(record.profile, Upstream::Closed)),
    }
}

/// An instance, or what is told to who has waited too long for one.
async fn waited<T>(lease: impl Future<Output = T>, patience: Option<(Duration, Refusal)>) -> Result<T, Refusal> {
    match patience {
        None => Ok(lease.await),
        Some((longest, refusal)) => tokio::time::timeout(longest, lease).await.map_err(|_| refusal),
    }
}

/// Where the bandwidth of the endpoint is enforced, the request waits for its share. A body that streams counts with the
/// length that it declares; one that declares none is slowed piece by piece, on its way in.
async fn slow(door: &Door, record: &mut Record, head: &Parts, declared: Option<u64>) {
    if record.rates != RateLimits::Enforce {
        return;
    }
    record.trailers = forward::takes_trailers(&head.headers);
    let bytes = declared.unwrap_or(record.upload.bytes());
    let delay = door.carries(record.rates, bytes, Instant::now());
    if !delay.is_zero() {
        record.upload.delay(delay);
        tokio::time::sleep(delay).await;
    }
}

fn wanted(head: &Parts) -> Option<std::borrow::Cow<'_, str>> {
    head.headers.get(forward::DEPLOYMENT).map(|value| String::from_utf8_lossy(value.as_bytes()))
}

pub(crate) fn told(head: &http::response::Parts) -> Upstream {
    let failed = head.headers.get(forward::RUN_FAILED).map(|value| value.as_bytes());
    Upstream::answered(head.status.as_u16(), failed)
}

fn refusal(profile: Profile, upstream: Upstream) -> Refusal {
    match judge(profile, upstream) {
        Verdict::Refuse(refusal) => refusal,
        Verdict::Pass { .. } => own::INTERNAL,
    }
}
