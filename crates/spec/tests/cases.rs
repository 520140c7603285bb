//! Every case of `fixtures/spec`: a folder or an `x.yml`, with what is printed beside it in `x.stderr` and what is
//! meant in `x.json`. `x.args` holds flags, one a line. `BLESS=1` writes the answers; read the difference then.

use diagnosis::{Diagnosis, Style, print_all};
use serde_json::{Value, json};
use spec::{LoadRequest, load};
use std::path::{Path, PathBuf};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/spec");

#[test]
fn cases_print_and_mean_what_is_written_beside_them() {
    std::env::set_current_dir(FIXTURES).expect("fixtures/spec exists");
    let cases = cases();
    let wrong: Vec<String> = cases.iter().filter_map(|case| difference(case)).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} cases differ (BLESS=1 accepts)\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(".").expect("fixtures/spec can be listed");
    let paths = entries.map(|entry| PathBuf::from(entry.expect("an entry").file_name()));
    let mut cases: Vec<PathBuf> =
        paths.filter(|path| path.is_dir() || path.extension().is_some_and(|it| it == "yml")).collect();
    cases.sort();
    cases
}

/// What is printed and meant, against the files beside the case.
fn difference(case: &Path) -> Option<String> {
    let (printed, meant) = match load(&request(case)) {
        Ok(project) => {
            let meant = json!({"endpoints": project.endpoints, "overlay": format!("{:?}", project.overlay)});
            (project.notices, Some(settled(&meant)))
        }
        Err(faults) => (faults, None),
    };
    let printed = (!printed.is_empty()).then(|| text(&printed));
    let differences = [compare(&beside(case, "stderr"), printed), compare(&beside(case, "json"), meant)];
    let differences: Vec<String> = differences.into_iter().flatten().collect();
    (!differences.is_empty()).then(|| differences.join("\n"))
}

fn text(printed: &[Diagnosis]) -> String {
    print_all(printed, Style::Plain).replace(&here(), "$FIXTURES")
}

fn here() -> String {
    std::env::current_dir().expect("a working folder").display().to_string()
}

/// JSON without what differs from machine to machine: the folder, and names made from paths.
fn settled(meant: &Value) -> String {
    let text = serde_json::to_string_pretty(meant).expect("the model is JSON").replace(&here(), "$FIXTURES");
    let is_id = |word: &&str| word.len() == 32 && word.chars().all(|c| c.is_ascii_hexdigit());
    let ids: Vec<String> = text.split('"').filter(is_id).map(str::to_owned).collect();
    ids.iter().fold(text, |text, id| text.replace(id, "<made from the path>")) + "\n"
}

fn compare(file: &Path, found: Option<String>) -> Option<String> {
    let expected = std::fs::read_to_string(file).ok();
    if expected == found {
        return None;
    }
    if std::env::var_os("BLESS").is_some() {
        match found {
            Some(text) => std::fs::write(file, text).expect("the answer can be written"),
            None => std::fs::remove_file(file).expect("the answer can be removed"),
        }
        return None;
    }
    let show = |text: Option<String>| text.unwrap_or_else(|| "(nothing)\n".into());
    Some(format!("==== {}\n---- expected\n{}---- found\n{}", file.display(), show(expected), show(found)))
}

fn beside(case: &Path, extension: &str) -> PathBuf {
    PathBuf::from(format!("{}.{extension}", case.with_extension("").display()))
}

/// The flags of `x.args`, one a line.
fn request(case: &Path) -> LoadRequest {
    let mut request = LoadRequest { path: case.to_owned(), ..LoadRequest::default() };
    let flags = std::fs::read_to_string(beside(case, "args")).unwrap_or_default();
    for flag in flags.lines() {
        let (flag, value) = flag.split_once(' ').expect("a flag and its value");
        match flag {
            "PATH" => request.path = value.into(),
            "-f" => request.files.push(value.into()),
            "-e" => request.endpoint_name = Some(value.into()),
            "-n" => request.deployment_name = Some(value.into()),
            "--set" => request.set.push(value.into()),
            "--env" => request.env.extend(value.split_once('=').map(|(name, value)| (name.into(), value.into()))),
            "--env-file" => request.env_files.push(value.into()),
            other => panic!("no such flag: {other}"),
        }
    }
    request
}
