//! What `fixtures/azure-errors.toml` says of this machine is proven: every row that is raised here names what raises it for
//! real, and the page has the counts. `BLESS=1` writes the page.

use explain::{Here, Row, catalogue};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &Path) -> Option<String> {
    std::fs::read_to_string(path).ok()
}

/// A proof as text: the test and what it compares with, or the file that is compared. `None`: there is none.
fn text(proof: &str) -> Option<String> {
    let Some((module, function)) = proof.split_once("::") else { return read(&root().join(proof)) };
    let file = read(&root().join(format!("tests/e2e/{module}.rs")))?;
    let body = file.split_once(&format!("    fn {function}(home)"))?.1;
    let end = ["\n    fn ", "\n}\n"].iter().filter_map(|end| body.find(end)).min();
    let body = &body[..end.unwrap_or(body.len())];
    Some(format!("{body}{}", answers(body)))
}

/// The files of `fixtures/e2e` that a test names.
fn answers(body: &str) -> String {
    let named = |name: &str| body.split('"').any(|word| word == name);
    let files = std::fs::read_dir(root().join("fixtures/e2e")).expect("the answers").flatten().map(|file| file.path());
    let of = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.split('.').next()).is_some_and(named);
    files.filter(of).filter_map(|path| read(&path)).collect()
}

fn rows(here: Here) -> impl Iterator<Item = &'static Row> {
    catalogue().rows.iter().filter(move |row| row.here == here)
}

#[test]
fn whoever_is_raised_here_has_a_proof_that_is_there() {
    let mut wrong = vec![];
    for row in &catalogue().rows {
        let lost = row.proof.iter().filter(|proof| text(proof).is_none());
        wrong.extend(lost.map(|proof| format!("{}: there is no {proof}", row.name)));
        if row.proof.is_empty() != (row.here == Here::Cloud) {
            wrong.push(format!("{}: here is {:?}, its proofs are {:?}", row.name, row.here, row.proof));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// One of the row's codes at least; a status is what the client gets.
#[test]
fn a_proof_shows_the_code() {
    let shows = |row: &Row, text: &str| row.codes.iter().any(|code| text.contains(code.as_str()));
    let raised = [Here::Reproduced, Here::Check].into_iter().flat_map(rows).filter(|row| !row.codes.is_empty());
    let unproven = raised.flat_map(|row| {
        let silent = row.proof.iter().filter(|proof| !shows(row, &text(proof).unwrap_or_default()));
        silent.map(|proof| format!("{}: {proof} shows none of {:?}", row.name, row.codes))
    });
    assert_eq!(unproven.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn the_page_is_the_table() {
    let count = |here| rows(here).count();
    let [here, check, cloud] = [Here::Reproduced, Here::Check, Here::Cloud].map(count);
    let mut page = String::from(HEAD);
    page += &format!("| raised here by the same event | {here} |\n| found by `local-endpoint check` | {check} |\n");
    page += &format!("| Azure's alone | {cloud} |\n| all | {} |\n", here + check + cloud);
    page += RAISED;
    rows(Here::Reproduced).for_each(|row| page += &line(row));
    page += FOUND;
    rows(Here::Check).for_each(|row| page += &line(row));
    page += ALONE;
    for row in rows(Here::Cloud) {
        page += &format!("| {} | {} | `{}` |\n", linked(row), row.title, row.command.as_deref().unwrap_or_default());
    }
    let path = root().join("docs/errors.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    assert!(read(&path).unwrap_or_default() == page, "docs/errors.md is not what comes out; BLESS=1 writes it");
}

fn line(row: &Row) -> String {
    let proofs: Vec<String> = row.proof.iter().map(|proof| format!("`{proof}`")).collect();
    format!("| {} | {} | {} |\n", linked(row), row.raised_locally, proofs.join(" "))
}

fn linked(row: &Row) -> String {
    format!("[{}]({PAGE}{})", row.name, row.anchor)
}

const PAGE: &str = "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-online-endpoints";

const HEAD: &str = "\
# Azure's errors, and what is proven of them

Made from `fixtures/azure-errors.toml` (`BLESS=1 cargo test -p local-endpoint-explain --test proof`). The rows are the headings,
errors and status codes of Microsoft's \"Troubleshoot online endpoint deployment and scoring\"; `local-endpoint explain NAME`
tells cause and remedy of each.

| | rows |
|---|---|
";

const RAISED: &str = "
## Raised here

Each has a test of `tests/e2e` that provokes it for real, with the real inference server, registry or engine. It compares the
whole output and the exit code; for some (status codes and headers a client sees, a build whose log differs from run to run)
the status, headers and body, or the lines that matter.

| error | what raises it | test |
|---|---|---|
";

const FOUND: &str = "
## Found before anything starts

| error | what finds it | compared with |
|---|---|---|
";

const ALONE: &str = "
## Azure's alone

Nothing here raises them; `up --inject-error NAME` fails as the cloud would.

| error | | what tells more in the cloud |
|---|---|---|
";
