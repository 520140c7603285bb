//! The catalogue as a whole: names, documented places, remedies.

use diagnosis::{ALL, Exit, Origin, Row};
use std::collections::BTreeMap;

/// Headings of Microsoft's page "Troubleshoot online endpoint deployment and scoring" (2024-09-25), as anchors.
const ANCHORS: &str = include_str!("fixtures/troubleshooting-anchors.txt");
/// Azure's rows that no page of Microsoft's documents by name: what az's own validation and the service refuse.
const UNDOCUMENTED: &str = include_str!("fixtures/azure-without-a-page.txt");

fn rows() -> impl Iterator<Item = &'static Row> {
    ALL.iter().flat_map(|rows| rows.iter().copied())
}

#[test]
fn names_are_unique() {
    let mut count = BTreeMap::new();
    rows().for_each(|row| *count.entry(row.code).or_insert(0) += 1);
    let twice: Vec<_> = count.into_iter().filter(|(_, count)| *count > 1).collect();
    assert_eq!(twice, vec![]);
}

#[test]
fn every_anchor_is_on_microsofts_page() {
    let anchors: Vec<&str> = ANCHORS.lines().collect();
    let anchored = rows().filter(|row| row.doc.starts_with('#'));
    let lost: Vec<_> = anchored.filter(|row| !anchors.contains(&row.doc)).map(|row| (row.code, row.doc)).collect();
    assert_eq!(lost, vec![]);
}

#[test]
fn every_other_link_is_a_whole_address() {
    let links = rows().filter(|row| !row.doc.is_empty() && !row.doc.starts_with('#'));
    let odd: Vec<_> = links.filter(|row| !row.doc.starts_with("https://")).map(|row| (row.code, row.doc)).collect();
    assert_eq!(odd, vec![]);
}

#[test]
fn azures_rows_say_where_they_are_documented() {
    let without = rows().filter(|row| row.origin == Origin::Azure && row.doc.is_empty());
    assert_eq!(without.map(|row| row.code).collect::<Vec<_>>(), UNDOCUMENTED.lines().collect::<Vec<_>>());
}

/// A spec fault has its remedy in the occurrence (the line to change); a note needs none.
#[test]
fn what_stops_a_person_has_a_remedy() {
    let stops = rows().filter(|row| !matches!(row.exit, Exit::Ok | Exit::Usage));
    let without: Vec<_> = stops.filter(|row| row.remedy.is_empty()).map(|row| row.code).collect();
    assert_eq!(without, Vec::<&str>::new());
}

#[test]
fn a_code_is_found_by_its_name() {
    let lost: Vec<_> =
        rows().filter(|row| diagnosis::Code::named(row.code).is_none_or(|code| code.row() != *row)).collect();
    assert_eq!(lost, Vec::<&Row>::new());
}
