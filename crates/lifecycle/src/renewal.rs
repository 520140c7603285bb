//! New code for instances that run: one after another, while each serves with the old until it is ready with the new.

use crate::context::Context;
use crate::generation::Kept;
use crate::lane::unless;
use crate::operation::given_up;
use crate::stop::Canceled;
use crate::version::{Member, Version, Wanted};
use diagnosis::Diagnosis;
use std::pin::pin;
use std::time::Duration;

/// What takes longer is told, since nobody sees it.
const SILENT: Duration = Duration::from_secs(1);

/// Whether its instances have the wanted code now; if not, others have to take their place.
///
/// # Errors
/// The new code does not start: the instances that have not got it yet keep what they have.
pub async fn renew(
    context: &Context,
    version: &mut Version,
    wanted: &Wanted,
    canceled: &Canceled,
) -> Result<bool, Diagnosis> {
    let code_alone = version.signature.besides_code == wanted.signature.besides_code;
    if !(code_alone && wanted.options.watches()) {
        return Ok(false);
    }
    let mut have = vec![];
    for member in version.members() {
        let renewed = unless(canceled, told_when_slow(context, member)).await;
        match renewed.ok_or_else(|| given_up(&wanted.deployment))? {
            Ok(()) => have.push(member.id.to_string()),
            Err(Kept::Faulty(diagnosis)) => {
                if !have.is_empty() {
                    let text = format!("the new code serves in {} already, and not in the others", have.join(", "));
                    context.progress(&wanted.deployment.name, text);
                }
                return Err(diagnosis);
            }
            Err(Kept::Elsewhere(why)) => {
                let text = format!("{} cannot take new code: {why}", member.id);
                context.progress(&wanted.deployment.name, text);
                return Ok(false);
            }
        }
    }
    say_cold(context, wanted);
    version.signature = wanted.signature.clone();
    context.renewed(&wanted.deployment, &version.signature.instance);
    Ok(true)
}

/// Once: libraries are warm, what `init()` makes is not.
fn say_cold(context: &Context, wanted: &Wanted) {
    let text = "init() ran again: what it loads of the model, every reload loads anew";
    if wanted.deployment.model.is_some() && context.is_first(text.to_owned()) {
        context.progress(&wanted.deployment.name, text);
    }
}

async fn told_when_slow(context: &Context, member: &Member) -> Result<(), Kept> {
    if !context.is_up(&member.id) {
        return Err(Kept::Elsewhere("it is being started again".into()));
    }
    let mut renewed = pin!(member.renew());
    tokio::select! {
        renewed = &mut renewed => return renewed,
        () = tokio::time::sleep(SILENT) => {}
    }
    let text = format!("{} starts the new code; the old code serves until it is ready", member.id);
    context.progress(&member.id.deployment, text);
    renewed.await
}
