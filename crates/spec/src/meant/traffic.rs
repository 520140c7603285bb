//! Traffic and mirror traffic.

use super::Context;
use crate::findings::By;
use crate::written::endpoint::EndpointWritten;
use crate::written::{IntsWritten, Spanned};
use diagnosis::{Diagnosis, spec};
use model::{DeploymentName, Mirror, Traffic};

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
    let refused = |message: String| {
        context.findings.add(
            &mirror.at,
            "",
            Diagnosis::error(spec::MIRROR_REFUSED, message).fact("evidence", "documented; az itself loads it"),
        );
    };
    if written.kubernetes {
        refused("a Kubernetes endpoint has no mirror traffic".into());
    }
    if shares.len() > 1 {
        refused(format!("mirror traffic goes to one deployment, not to {}", shares.len()));
    }
    if *percent > 50 {
        refused(format!("at most 50 percent can be mirrored, not {percent}"));
    }
    if live(written, &name.value) {
        refused(format!("`{}` has live traffic and mirror traffic; a deployment takes one of them", name.value));
    }
    Some(Mirror { deployment: DeploymentName::new(&name.value), percent: *percent })
}

fn live(written: &EndpointWritten, name: &str) -> bool {
    let entries = written.traffic.iter().flat_map(|traffic| &traffic.entries);
    entries.into_iter().any(|(it, percent)| it.value.eq_ignore_ascii_case(name) && percent.value > 0)
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
        let meant = crate::nearest::nearest(&name.value, known.iter().copied());
        let label = meant.map_or("no such deployment".into(), |meant| format!("did you mean `{meant}`?"));
        let remedy = format!("loaded: {}", known.join(", "));
        context.findings.add(&name.at, label, found.remedy(remedy));
    }
}
