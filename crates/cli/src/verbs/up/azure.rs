//! The last lines of `up`: what Azure will need, and the commands that deploy there. For a person at a terminal, once; `up
//! --dry-run` has them for everybody.

use crate::console::Console;
use crate::printed::Printed;
use check::{Needs, needs};
use model::{Desired, EmulatorDocument, StartDocument};
use std::io::IsTerminal;

pub fn tell(desired: &Desired, emulator: &EmulatorDocument, printed: &Printed, console: &Console) {
    if printed.is_human() && std::io::stderr().is_terminal() {
        lines(&needs(desired), &starts(emulator)).iter().for_each(|line| console.note(line));
    }
}

/// Deployment, and its slowest start.
type Start<'a> = (&'a str, &'a StartDocument);

fn starts(emulator: &EmulatorDocument) -> Vec<Start<'_>> {
    let deployments = emulator.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
    let slowest = deployments.filter_map(|deployment| {
        let starts = deployment.instances.iter().filter_map(|instance| instance.start.as_ref());
        Some((deployment.name.as_str(), starts.max_by_key(|start| start.took_ms)?))
    });
    slowest.collect()
}

fn lines(needs: &Needs, starts: &[Start<'_>]) -> Vec<String> {
    let quota = needs.quota.iter().map(|it| format!("{} vCPUs of {} ({})", it.vcpus, it.family, it.because.join("; ")));
    let roles = needs.roles.iter().map(|role| format!("{role}, for the endpoint's identity"));
    let groups: [(&str, Vec<String>); 4] = [
        ("quota", quota.collect()),
        ("roles", roles.collect()),
        ("probes", starts.iter().map(probes).collect()),
        ("deploy", needs.commands.clone()),
    ];
    let rows = groups.into_iter().flat_map(|(name, rows)| {
        let names = std::iter::once(name).chain(std::iter::repeat(""));
        names.zip(rows).map(|(name, row)| format!("  {name:<7} {row}")).collect::<Vec<_>>()
    });
    std::iter::once("In Azure (-g and -w as `az configure` has them):".to_owned())
        .chain(rows)
        .chain([String::new()])
        .collect()
}

fn probes((name, start): &Start<'_>) -> String {
    let seconds = |milliseconds: u64| format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100);
    format!(
        "{name} was ready after {} here, Azure kills it at {} s; the smallest safe initial_delay is {}",
        seconds(start.took_ms),
        start.killed_at_ms / 1000,
        start.safe_initial_delay
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use check::Quota;

    #[test]
    fn each_kind_of_need_has_its_lines() {
        let because = vec!["blue: 1.2 x 2 instances, rounded up, x 4 cores".into()];
        let needs = Needs {
            quota: vec![Quota { family: "DSv2".into(), vcpus: 12, because }],
            roles: vec!["AcrPull on mine".into()],
            commands: vec!["az one".into(), "az two".into()],
        };
        let start = StartDocument {
            took_ms: 1234,
            installing_ms: 0,
            killed_at_ms: 302_000,
            verdict: "safe".into(),
            safe_initial_delay: 2,
        };
        let expected = "In Azure (-g and -w as `az configure` has them):
  quota   12 vCPUs of DSv2 (blue: 1.2 x 2 instances, rounded up, x 4 cores)
  roles   AcrPull on mine, for the endpoint's identity
  probes  blue was ready after 1.2 s here, Azure kills it at 302 s; the smallest safe initial_delay is 2
  deploy  az one
          az two
";
        assert_eq!(lines(&needs, &[("blue", &start)]).join("\n"), expected);
    }
}
