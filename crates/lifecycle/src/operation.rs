//! One operation: a deployment is created, scaled, or replaced by a new version while the old one serves.

use crate::context::Context;
use crate::drain;
use crate::lane::unless;
use crate::renewal::renew;
use crate::stop::Canceled;
use crate::version::{Member, Version, Wanted, end};
use diagnosis::{Diagnosis, plan as rows};
use model::{Deployment, ProvisioningState};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// What became of an operation; `None` while it is under way.
pub type Operation = watch::Receiver<Option<Result<(), Diagnosis>>>;

/// The operation ends when what serves is what is wanted, or when that cannot be had. Whoever has left is still to be
/// drained, after a failure too: what ran before it may have been scaled.
pub async fn run(
    context: &Arc<Context>,
    serving: &mut Option<Version>,
    wanted: &Wanted,
    canceled: &Canceled,
    done: watch::Sender<Option<Result<(), Diagnosis>>>,
) -> Vec<Member> {
    let began = wanted.changed.as_ref().map_or_else(Instant::now, |changed| changed.at);
    let mut leaving = vec![];
    let result = match canceled.is_asked() {
        true => Err(given_up(&wanted.deployment)),
        false => apply(context, (serving, &mut leaving), wanted, canceled).await,
    };
    drain::begin(context, &leaving);
    // What is given up has a successor under its name, or is deleted: the record is not its own any more.
    let own = !canceled.is_asked();
    match &result {
        Ok(renewed) if own => context.succeeded(wanted, began.elapsed(), *renewed),
        Err(error) if own && wanted.autoscaled => context.not_scaled(wanted, error),
        Err(error) if own => context.failed(wanted, error, serving.is_some()),
        _ => {}
    }
    done.send_replace(Some(result.map(drop)));
    leaving
}

/// Whether the instances that were there have new code.
async fn apply(
    context: &Arc<Context>,
    (serving, leaving): (&mut Option<Version>, &mut Vec<Member>),
    wanted: &Wanted,
    canceled: &Canceled,
) -> Result<bool, Diagnosis> {
    if let Some(version) = serving.as_mut() {
        let renewed = version.signature.instance != wanted.signature.instance;
        if !renewed || renew(context, version, wanted, canceled).await? {
            if wanted.options.lock {
                version.lock(context, wanted).await?;
            }
            leaving.extend(scale(context, version, wanted, canceled).await?);
            return Ok(renewed);
        }
    }
    context.prepares(&wanted.deployment, Some(&wanted.signature));
    let prepared = unless(canceled, Version::prepare(context, wanted)).await;
    context.prepares(&wanted.deployment, None);
    let mut fresh = prepared.ok_or_else(|| given_up(&wanted.deployment))??;
    if let Some(old) = serving.as_mut() {
        leaving.extend(scale_first(context, old, wanted, canceled).await);
        context.progress(&wanted.deployment.name, "has changed: the new version comes up beside the old one");
    }
    grow(context, &mut fresh, wanted.count(), canceled).await?;
    context.serves(&wanted.deployment, &fresh.signature.instance);
    leaving.extend(serving.replace(fresh).map(Version::into_members).unwrap_or_default());
    Ok(false)
}

/// The same version, in another number or with other settings: nothing of it is restarted.
async fn scale(
    context: &Arc<Context>,
    version: &mut Version,
    wanted: &Wanted,
    canceled: &Canceled,
) -> Result<Vec<Member>, Diagnosis> {
    let (count, runs) = (wanted.count(), version.len());
    if count != runs {
        let instances = if count == 1 { "instance" } else { "instances" };
        context.progress(&wanted.deployment.name, format!("{count} {instances} instead of {runs}"));
    }
    grow(context, version, count.saturating_sub(runs), canceled).await?;
    version.probe_as(wanted);
    let surplus = context.surplus(&wanted.deployment, runs.saturating_sub(count));
    context.desires(&wanted.deployment);
    Ok(version.take(&surplus))
}

/// Azure scales first where the number changed with other things. A version that does not serve is not scaled: it is
/// about to be replaced.
async fn scale_first(context: &Arc<Context>, old: &mut Version, wanted: &Wanted, canceled: &Canceled) -> Vec<Member> {
    if old.len() == wanted.count() || !context.is_ready(&wanted.deployment) {
        return vec![];
    }
    let deployment =
        Arc::new(Deployment { instance_count: wanted.deployment.instance_count, ..(*old.deployment).clone() });
    let scaled = Wanted { deployment, ..wanted.clone() };
    context.becomes(&wanted.deployment, ProvisioningState::Scaling);
    let result = scale(context, old, &scaled, canceled).await;
    if !canceled.is_asked() {
        context.becomes(&wanted.deployment, ProvisioningState::Updating);
    }
    // The new version is what is wanted: that the old one could not be scaled does not keep it away.
    result.unwrap_or_else(|error| {
        context.say_all(vec![error]);
        vec![]
    })
}

/// More instances of a version; resolves when all have come up, or with the first failure: then none of them is left.
async fn grow(
    context: &Arc<Context>,
    version: &mut Version,
    more: usize,
    canceled: &Canceled,
) -> Result<(), Diagnosis> {
    let deployment = version.deployment.clone();
    let mut orphans = context.adoptable(&deployment, &version.signature.instance);
    orphans.truncate(more);
    let mut numbers: Vec<_> = orphans.iter().map(|orphan| orphan.number).collect();
    numbers.extend(context.free_numbers(&deployment, &numbers, more - numbers.len()));
    let mut orphans: Vec<_> = orphans.into_iter().map(Some).collect();
    orphans.resize_with(numbers.len(), || None);
    let answers: Vec<_> = std::iter::zip(&numbers, orphans)
        .enumerate()
        .map(|(index, (number, orphan))| version.start(context, *number, orphan, index == 0))
        .collect();
    let gone = |_| Err(given_up(&deployment));
    let all =
        futures_util::future::try_join_all(answers.into_iter().map(async |answer| answer.await.unwrap_or_else(gone)));
    let result = unless(canceled, all).await.unwrap_or_else(|| Err(given_up(&deployment)));
    if let Err(error) = result {
        end(version.take(&numbers), Duration::ZERO).await;
        context.gave_up(&deployment, &numbers);
        return Err(error);
    }
    Ok(())
}

pub fn given_up(deployment: &Deployment) -> Diagnosis {
    Diagnosis::error(diagnosis::start::OPERATION_CANCELED, format!("{}: the start was given up", deployment.name))
}

/// Said beside the failure of an update.
pub fn still_serves(wanted: &Wanted) -> Diagnosis {
    let message = format!("{}: the update failed; the version before it serves on", wanted.deployment.name);
    let said = Diagnosis::note(rows::OLD_VERSION_SERVES, message);
    if wanted.options.watches() { said.remedy("correct it and save: it is tried again at once") } else { said }
}
