//! Instances that leave: out of the fleet already, they finish what they run, and are removed.

use crate::context::Context;
use crate::stop::{DEFAULT_GRACE, Hurried, LONG_GRACE};
use crate::version::Member;
use model::{InstanceId, InstanceState};
use std::sync::Arc;
use std::time::Duration;

/// Said before anybody is told that the operation has ended.
pub fn begin(context: &Context, leaving: &[Member]) {
    for member in leaving {
        member.stopper.leave();
        context.changed(&member.id, InstanceState::Stopping, "gets no more requests");
    }
}

/// All at once.
pub async fn all(context: &Arc<Context>, leaving: Vec<Member>, hurried: &Hurried) {
    futures_util::future::join_all(leaving.into_iter().map(|member| one(context, member, hurried))).await;
}

async fn one(context: &Arc<Context>, member: Member, hurried: &Hurried) {
    let id = member.id.clone();
    let grace = tokio::select! {
        biased;
        grace = hurried.asked() => grace,
        () = member.stopper.ended() => Duration::ZERO,
        () = vacated(context, &id, member.request_timeout) => grace(context, &id),
    };
    member.end(grace).await;
    context.forget(&id);
}

async fn vacated(context: &Context, id: &InstanceId, timeout: Duration) {
    let known = context.store.read(|state| {
        let record = state.endpoints.get(&id.endpoint)?;
        let record = record.deployments.iter().find(|record| record.desired.name == id.deployment)?;
        record.instances.get(&id.number).map(|instance| (instance.before, instance.generation))
    });
    let generations = known.into_iter().flat_map(|(before, generation)| before.into_iter().chain([generation]));
    let vacated = generations.map(|generation| context.vacated(id, generation, timeout));
    futures_util::future::join_all(vacated).await;
}

/// Long while they still work on requests that nobody waits for.
pub fn grace(context: &Context, id: &InstanceId) -> Duration {
    if context.occupancy().abandoned(&id.endpoint, &id.deployment) { LONG_GRACE } else { DEFAULT_GRACE }
}
