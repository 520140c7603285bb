//! What differs from run to run and from machine to machine, replaced by a word in brackets.

use crate::Home;
use regex::Regex;
use std::sync::LazyLock;

/// In this order: a later rule may stand on what an earlier one wrote.
const RULES: &[(&str, &str)] = &[
    // Said where a machine is slow.
    (r"(?m)^(\w[\w-]*: )?still .*: \d+ s\n", ""),
    // Said where another test, or anybody, has the port that the folder's name gives.
    (r"(?m)^note\[PortMoved\].*\n", ""),
    // Log lines of the inference server: time, then the worker's number.
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ([DIWEC]) \[\d+\]", "[TIME] $1 [PID]"),
    (r"\[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\]", "[TIME]"),
    (r"(Booting worker with pid: |Worker with pid |pid: ?|\(pid |pid )\d+", "${1}[PID]"),
    (r"(Listening at: http://\S+) \(\d+\)", "$1 ([PID])"),
    (r"(gunicorn\.access - )[0-9.]+", "${1}[CLIENT]"),
    (r#""pid": \d+"#, r#""pid": [PID]"#),
    (r#""(control_port|port)": \d+"#, r#""$1": [PORT]"#),
    (r#""date": "[^"]+""#, r#""date": "[TIME]""#),
    (r#""x-ms-run-fn-exec-ms": "[^"]+""#, r#""x-ms-run-fn-exec-ms": "[MS]""#),
    (r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", "[GUID]"),
    (r"\b\d{4}/\d\d/\d\d/\d\d/\[GUID\]", "[HOUR]/[GUID]"),
    (r"\b\d{4}/\d\d/\d\d/\[GUID\]", "[DAY]/[GUID]"),
    (r#""time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ""#, r#""time":"[TIME]""#),
    (r"\blocal-endpoint-[0-9a-f]{8}-([a-z0-9-]+?)-(\d+)-[0-9a-f]{4}\b", "local-endpoint-[ID]-$1-$2-[ID]"),
    (r"\[TMP\]/home/projects/[0-9a-f]{16}", "[STATE]"),
    (r"\.tmp[A-Za-z0-9]{6}\b", ".tmp[ID]"),
    (r"(mode:? \d{4} of user )\d+", "${1}[USER]"),
    (r"\benvironments/[0-9a-f]{16}", "environments/[HASH]"),
    (r"\bsha256:[0-9a-f]{64}", "sha256:[HASH]"),
    // An inline model is named after its path.
    (r"\bazureml-models/[0-9a-f]{32}/", "azureml-models/[HASH]/"),
    (r"\blocal-endpoint/(env|build):[0-9a-f]{16}", "local-endpoint/$1:[HASH]"),
    (r"(---> (?:Running in )?|intermediate container )[0-9a-f]{12}\b", "${1}[ID]"),
    // On the loopback, or the container's own.
    (r#""address": "[0-9.]+:\d+""#, r#""address": "[INSTANCE]""#),
    (r"127\.0\.0\.1:\d+", "127.0.0.1:[PORT]"),
    (r"0\.0\.0\.0:\d+", "0.0.0.0:[PORT]"),
    (r"\bport \d{5}\b", "port [PORT]"),
    (r"\bby e2e-[0-9a-f]+", "by [TEST]"),
    (r"(Ran \d+ tests? in )[\d.]+s", "${1}[S]s"),
    // In the resolver's own words.
    (r"(registry\.invalid cannot be reached: ).*", "${1}[WHY]"),
    (r"\bit is 2\d{4}\b", "it is [PORT]"),
    (r"\b\d+\.\d+ s\b", "[S] s"),
    (r"\b\d+ MB in \[S\]", "[N] MB in [S]"),
    (r"\b\d+\.\d of (\d+\.\d MB)", "[N] of $1"),
    (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", "[TIME]"),
    (r" +\b\d+\.\d ms\b", " [MS] ms"),
    (r"\b\d+\.\d+ms\b", "[MS]ms"),
    (r"\b\d+ ms\b", "[MS] ms"),
    (r#""(used_bytes|peak_bytes)": \d+"#, r#""$1": [N]"#),
    (r" {2,}\d+( of \d+)? MiB\b", "  [N]$1 MiB"),
    (r#""(took_ms|safe_initial_delay|left_ms)": \d+"#, r#""$1": [N]"#),
    (r"(?m)(, |for another )\d+ s( left|$)", "$1[N] s$2"),
    (r"(the start took|not ready after|failed its liveness probe for) \d+ s( of a clock|[;,])", "$1 [N] s$2"),
    (r"(smallest safe initial_delay of \w+ is) \d+ s", "$1 [N] s"),
    (r"(smallest safe initial_delay is) \d+", "$1 [N]"),
    // Files of Python itself and of packages: another version, another line.
    (r#"File "[^"\[]*?/lib/python3\.\d+/([^"]+)", line \d+"#, r#"File "[PYTHON]/$1", line [N]"#),
    (r#"File "\[CACHE\][^"]*?/lib/python3\.\d+/([^"]+)", line \d+"#, r#"File "[PYTHON]/$1", line [N]"#),
    (r#"File "<frozen ([^>]+)>", line \d+"#, r#"File "<frozen $1>", line [N]"#),
    // Which of the calls that were under way broke off first.
    (r"(the container engine does not answer any more: ).*", "${1}[WHY]"),
    // Which of a server's first moments the probe met.
    (r#"((?:Liveness|Readiness) probe failed: |= probe: )(Get "[^"]+": )?.*"#, "$1${2}[WHY]"),
    // What this machine has less of than Azure's.
    (r"(?m)^note\[InstanceSmaller\].*\n", ""),
    (r"\bPython 3\.\d+\.\d+\b", "Python [VERSION]"),
    (r"(?m)[ \t]+$", ""),
];

static COMPILED: LazyLock<Vec<(Regex, &str)>> =
    LazyLock::new(|| RULES.iter().map(|(pattern, word)| (Regex::new(pattern).unwrap(), *word)).collect());

pub fn normalise(text: &str, home: &Home) -> String {
    let root = home.root().to_str().unwrap();
    let cache = Home::cache();
    let repository = crate::project::repository();
    let text = text
        .replace(root, "[TMP]")
        .replace(cache.to_str().unwrap(), "[CACHE]")
        .replace(home.program().to_str().unwrap(), "[PROGRAM]")
        .replace(repository.to_str().unwrap(), "[REPOSITORY]");
    let text = COMPILED.iter().fold(text, |text, (pattern, word)| pattern.replace_all(&text, *word).into_owned());
    steady_log_tails(&text)
}

const TAIL: &str = "      |";
/// Of the lines of a log tail: fewer than ever come beside gunicorn's own.
const STEADY: usize = 6;

/// gunicorn and the server write to two streams, which meet in any order: of a log tail only the server's last lines
/// are the same each time.
fn steady_log_tails(text: &str) -> String {
    let (mut steady, mut tail) = (String::new(), vec![]);
    for line in text.split_inclusive('\n') {
        if line.starts_with(TAIL) {
            tail.push(line);
            continue;
        }
        flush(&mut tail, &mut steady);
        steady.push_str(line);
    }
    flush(&mut tail, &mut steady);
    steady
}

fn flush(tail: &mut Vec<&str>, steady: &mut String) {
    tail.retain(|line| {
        !["gunicorn.error", "gunicorn.access"].iter().any(|name| line.contains(name)) && line.trim_end() != TAIL
    });
    steady.extend(tail.drain(..).rev().take(STEADY).collect::<Vec<_>>().into_iter().rev());
}

/// Blocks (a line and what is indented below it) in the order of the alphabet: for what happens side by side.
pub fn in_order(text: &str) -> String {
    let mut blocks: Vec<String> = vec![];
    for line in text.split_inclusive('\n') {
        let heads = line.starts_with(|first: char| first.is_ascii_alphabetic());
        match blocks.last_mut() {
            Some(block) if !heads => block.push_str(line),
            _ => blocks.push(line.to_owned()),
        }
    }
    blocks.sort();
    blocks.concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;

    #[test]
    fn what_differs_is_replaced_and_nothing_else() {
        let home = Home::on(Engine::Process);
        let root = home.root().display();
        let cases = [
            ("blue: ready after 1.2 s".to_owned(), "blue: ready after [S] s"),
            (format!("{root}/scripted/src/score.py:34"), "[TMP]/scripted/src/score.py:34"),
            ("http://127.0.0.1:20123/score".into(), "http://127.0.0.1:[PORT]/score"),
            ("2026-11-22 06:41:37,123 E [17] azmlinfsrv - User's".into(), "[TIME] E [PID] azmlinfsrv - User's"),
            ("local-endpoint-c089a399-init-raises-blue-0-f411".into(), "local-endpoint-[ID]-init-raises-blue-0-[ID]"),
            (r#"File "/usr/lib/python3.11/os.py", line 12, in x"#.into(), r#"File "[PYTHON]/os.py", line [N], in x"#),
            ("exit code: 3".into(), "exit code: 3"),
        ];
        for (printed, expected) in cases {
            assert_eq!(normalise(&printed, &home), expected);
        }
    }
}
