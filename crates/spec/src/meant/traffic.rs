//! Traffic and mirror traffic.

use super::Context;
use crate::findings::By;
use crate::written::endpoint::EndpointWritten;
use crate::written::{IntsWritten, Spanned};
use diagnosis::{Diagnosis, spec};
use model::{DeploymentName, Mirror, Traffic};
use semantics::traffic::mirror_faults;

pub fn traffic(context: &Context<'_>, written: &EndpointWritten) -> Option<Traffic> {
    let written = written.traffic.as_ref()?;
    let traffic: Traffic =
        shares(context, written).map(|(name, percent)| (DeploymentName::new(&name.value), percent)).collect();
    let sum: i128 = written.entries.iter().map(|(_, percent)| i128::from(percent.value)).sum();
    if sum != 0 && sum != 100 {
        let found = Diagnosis::error(spec::TRAFFIC_REFUSED, format!("traffic adds up to {sum}, not to 0 or 100"));
        let found = found.fact("evidence", if sum > 100 { "az refuses it" } else { "documented; az itself loads it" });
        let by = if sum > 100 { By::Loader } else { By::Service };
        let found = found.remedy("let the percentages add up to 100");
        context.findings.add_by(by, &written.at, format!("{sum} in all"), found);
    }
    Some(traffic)
}

fn shares<'a>(
    context: &'a Context<'_>,
    written: &'a IntsWritten,
) -> impl Iterator<Item = (&'a Spanned<String>, u32)> + 'a {
    written.entries.iter().filter_map(|(name, percent)| {
        let share = u32::try_from(percent.value).ok();
        if share.is_none() {
            let message = format!("`{}` gets {} percent", name.value, percent.value);
            context.error(&percent.at, "not below 0", spec::TRAFFIC_REFUSED, message);
        }
        Some((name, share?))
    })
}

/// Entries of 0 percent switch mirroring off, as in Azure.
pub fn mirror(context: &Context<'_>, written: &EndpointWritten) -> Option<Mirror> {
    let mirror = written.mirror.as_ref()?;
    let shares: Vec<_> = shares(context, mirror).filter(|(_, percent)| *percent > 0).collect();
    let (name, percent) = shares.first()?;
    let wanted: Vec<_> = shares.iter().map(|(name, percent)| (DeploymentName::new(&name.value), *percent)).collect();
    for fault in mirror_faults(written.kubernetes, &live(written), &wanted) {
        let found = Diagnosis::error(spec::MIRROR_REFUSED, fault.to_string());
        context.findings.add(&mirror.at, "", found.fact("evidence", "documented; az itself loads it"));
    }
    Some(Mirror { deployment: DeploymentName::new(&name.value), percent: *percent })
}

/// Shares that are none are told elsewhere.
fn live(written: &EndpointWritten) -> Traffic {
    let entries = written.traffic.iter().flat_map(|traffic| &traffic.entries);
    let shares = entries.filter_map(|(name, percent)| Some((&name.value, u32::try_from(percent.value).ok()?)));
    shares.map(|(name, percent)| (DeploymentName::new(name), percent)).collect()
}

/// A share for a deployment that was not loaded: 404 or 424 in Azure, and usually a typing mistake.
pub fn unknown(context: &Context<'_>, written: &EndpointWritten, loaded: &[DeploymentName]) {
    if loaded.is_empty() {
        let name = written.name.as_ref().map_or("", |name| &name.value);
        let found = Diagnosis::warning(spec::NO_DEPLOYMENT, format!("endpoint `{name}` has no deployment here"));
        let remedy = "every request is answered 404 until a deployment is there";
        return context.findings.add(&written.at, "", found.remedy(remedy));
    }

    let names = written.traffic.iter().chain(&written.mirror).flat_map(|it| &it.entries);
    for (name, _) in
        names.filter(|(name, percent)| percent.value > 0 && !loaded.contains(&DeploymentName::new(&name.value)))
    {
        let known: Vec<&str> = loaded.iter().map(DeploymentName::as_str).collect();
        let found = Diagnosis::warning(
            spec::TRAFFIC_TO_NOBODY,
            format!("traffic for `{}`, which no file here describes", name.value),
        );
        let meant = semantics::nearest::nearest(&name.value, known.iter().copied());
        let label = meant.map_or("no such deployment".into(), |meant| format!("did you mean `{meant}`?"));
        let remedy = format!("loaded: {}", known.join(", "));
        context.findings.add(&name.at, label, found.remedy(remedy));
    }
}
