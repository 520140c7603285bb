//! Where a key stands in a deployment YAML, by its lines alone: the file is the user's, and may have changed since.

/// Lines count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    At(usize),
    /// Its parent does: it is added below.
    Below(usize),
    /// Neither does: both are added at the end, which is this line.
    End(usize),
}

impl Stands {
    pub fn line(self) -> usize {
        match self {
            Self::At(line) | Self::Below(line) | Self::End(line) => line,
        }
    }
}

/// The key below its parent, or at the top where there is none.
pub fn find(text: &str, parent: Option<&str>, key: &str) -> Stands {
    let numbered = || text.lines().enumerate().map(|(index, line)| (index + 1, line));
    let above = parent.map(|parent| numbered().find(|(_, line)| indent(line) == 0 && names(line, parent)));
    let end = Stands::End(text.lines().count().max(1));
    match above {
        None => {
            numbered().find(|(_, line)| indent(line) == 0 && names(line, key)).map_or(end, |(at, _)| Stands::At(at))
        }
        Some(None) => end,
        Some(Some((start, head))) if head.contains(&format!("{key}:")) => Stands::At(start),
        Some(Some((start, _))) => {
            let below = numbered().skip(start).take_while(|(_, line)| is_aside(line) || indent(line) > 0);
            let mut below = below.filter(|(_, line)| names(line, key));
            below.next().map_or(Stands::Below(start), |(at, _)| Stands::At(at))
        }
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn is_aside(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

fn names(line: &str, key: &str) -> bool {
    let bare = line.trim_start().trim_start_matches(['"', '\'']);
    let rest = bare.strip_prefix(key).map(|rest| rest.trim_start_matches(['"', '\'']).trim_start());
    rest.is_some_and(|rest| rest.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "\
name: blue
# request_settings: of old
request_settings:
  # request_timeout_ms: 1
  max_concurrent_requests_per_instance: 2

  'request_timeout_ms' : 5000
environment_variables: {WORKER_COUNT: '2'}
instance_count: 1
";

    #[test]
    fn a_key_is_found_where_it_stands_or_belongs() {
        let settings = Some("request_settings");
        let cases = [
            (settings, "request_timeout_ms", Stands::At(7)),
            (settings, "max_concurrent_requests_per_instance", Stands::At(5)),
            (settings, "max_queue_wait_ms", Stands::Below(3)),
            (settings, "instance_count", Stands::Below(3)),
            (Some("environment_variables"), "WORKER_COUNT", Stands::At(8)),
            (None, "instance_count", Stands::At(9)),
            (None, "request_timeout_ms", Stands::End(9)),
            (Some("liveness_probe"), "period", Stands::End(9)),
        ];
        for (parent, key, expected) in cases {
            assert_eq!(find(YAML, parent, key), expected, "{parent:?} {key}");
        }
        assert_eq!(find("", None, "name"), Stands::End(1));
    }
}
