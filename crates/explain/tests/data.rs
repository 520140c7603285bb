//! `fixtures/azure-errors.toml` against the list of what Microsoft's page has, both ways; and against our own catalogue.

use explain::{Here, Row, catalogue, list, scan};
use std::collections::{BTreeMap, BTreeSet};

/// Headings, names, status rows and quoted messages of the page.
const PAGE: &str = include_str!("../../../fixtures/explain/troubleshooting.txt");
const OWN: &str = include_str!("../../../fixtures/explain/own.toml");

fn page(what: &str) -> BTreeSet<&'static str> {
    let of = move |line: &'static str| line.strip_prefix(what)?.strip_prefix(' ');
    PAGE.lines().filter_map(of).collect()
}

fn rows() -> impl Iterator<Item = &'static Row> {
    catalogue().rows.iter()
}

#[test]
fn every_heading_is_explained_and_every_anchor_is_a_heading() {
    let explained = rows().map(|row| row.anchor.as_str());
    let all: BTreeSet<&str> = explained.chain(catalogue().apart.iter().map(String::as_str)).collect();
    assert_eq!(all, page("heading"));
}

#[test]
fn every_error_of_the_page_has_its_name() {
    let names: BTreeSet<&str> = rows().map(|row| row.name.as_str()).collect();
    assert_eq!(page("error").difference(&names).collect::<Vec<_>>(), Vec::<&&str>::new());
    let camel = |row: &&Row| row.of.is_none() && row.name.starts_with(|c: char| c.is_ascii_uppercase());
    let named: BTreeSet<&str> = rows().filter(camel).map(|row| row.name.as_str()).collect();
    assert_eq!(named, page("error"));
}

#[test]
fn every_status_row_of_the_page_is_explained_once() {
    let explained: Vec<&str> = rows().flat_map(|row| row.rows.iter().map(String::as_str)).collect();
    assert_eq!(explained.len(), page("row").len(), "a row explained twice");
    assert_eq!(explained.into_iter().collect::<BTreeSet<_>>(), page("row"));
}

#[test]
fn every_message_of_the_page_leads_to_its_row() {
    let quoted: BTreeSet<&str> = rows().flat_map(|row| row.quotes.iter().map(String::as_str)).collect();
    assert_eq!(quoted, page("message"));
    let finds = |row: &Row, quote: &str| scan(quote).found.iter().any(|found| found.entry.name == row.name);
    let lost =
        rows().flat_map(|row| row.quotes.iter().filter(|quote| !finds(row, quote)).map(|quote| (&row.name, quote)));
    assert_eq!(lost.collect::<Vec<_>>(), vec![]);
}

#[test]
fn names_are_unique_and_cases_have_their_error() {
    let mut count = BTreeMap::new();
    rows().for_each(|row| *count.entry(row.name.as_str()).or_insert(0) += 1);
    assert_eq!(count.iter().filter(|(_, count)| **count > 1).collect::<Vec<_>>(), vec![]);
    let of = rows().filter_map(|row| row.of.as_deref()).filter(|of| !count.contains_key(of));
    assert_eq!(of.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn what_is_azures_alone_has_a_command_and_nothing_else_has() {
    let odd = rows().filter(|row| row.command.is_some() != (row.here == Here::Cloud));
    assert_eq!(odd.map(|row| &row.name).collect::<Vec<_>>(), Vec::<&String>::new());
    let speaks = |row: &&Row| {
        row.command
            .as_deref()
            .is_some_and(|it| !["az ", "kubectl ", "nslookup "].iter().any(|with| it.starts_with(with)))
    };
    assert_eq!(rows().filter(speaks).map(|row| &row.name).collect::<Vec<_>>(), Vec::<&String>::new());
    let never = rows().filter(|row| row.here == Here::Cloud && !row.raised_locally.starts_with("never"));
    assert_eq!(never.map(|row| &row.name).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn codes_are_codes_of_ours() {
    let named = rows().flat_map(|row| row.codes.iter().map(move |code| (row.name.as_str(), code.as_str())));
    let lost: Vec<_> = named.filter(|(_, code)| diagnosis::Code::named(code).is_none()).collect();
    assert_eq!(lost, vec![]);
}

#[test]
fn what_check_finds_has_a_code() {
    let without = rows().filter(|row| row.here == Here::Check && row.codes.is_empty());
    assert_eq!(without.map(|row| &row.name).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// Codes that point to Microsoft's page are explained from there.
#[test]
fn azures_codes_of_the_page_are_in_the_data() {
    let own = diagnosis::ALL.iter().flat_map(|rows| rows.iter());
    let azure = own.filter(|row| row.origin == diagnosis::Origin::Azure && page("error").contains(row.code));
    let known = |code: &str| rows().any(|row| row.codes.iter().any(|it| it == code) || row.name == code);
    assert_eq!(azure.filter(|row| !known(row.code)).map(|row| row.code).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn every_code_of_ours_has_a_sentence() {
    let sentences: BTreeMap<String, String> = toml::from_str(OWN).expect("own.toml");
    let all: BTreeSet<&str> = diagnosis::ALL.iter().flat_map(|rows| rows.iter()).map(|row| row.code).collect();
    let strange: Vec<_> = sentences.keys().filter(|name| !all.contains(name.as_str())).collect();
    assert_eq!(strange, Vec::<&String>::new(), "no such code");
    let silent: Vec<_> = list()
        .into_iter()
        .filter(|entry| entry.title.starts_with("the message says"))
        .map(|entry| entry.name)
        .collect();
    assert_eq!(silent, Vec::<String>::new(), "fixtures/explain/own.toml has no sentence for these");
}

/// Read by people: `cargo test -p local-endpoint-explain -- --nocapture`.
#[test]
fn how_many_are_met_here_is_printed() {
    let count = |here: Here| rows().filter(|row| row.here == here).count();
    let (here, check, cloud) = (count(Here::Reproduced), count(Here::Check), count(Here::Cloud));
    println_counts(here, check, cloud);
    assert_eq!(here + check + cloud, rows().count());
}

#[allow(clippy::print_stdout)]
fn println_counts(here: usize, check: usize, cloud: usize) {
    println!("azure-errors.toml: {here} reproduced here, {check} found by check, {cloud} Azure's alone");
}
