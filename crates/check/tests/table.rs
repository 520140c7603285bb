//! The table of findings: ids are unique and stay, every rule of `spec` and of `check` has one.

use check::{ROWS, SKUS};
use diagnosis::{Severity, spec as codes};
use std::collections::BTreeSet;

#[test]
fn ids_and_codes_are_unique() {
    let ids: BTreeSet<&str> = ROWS.iter().map(|row| row.id).collect();
    let names: BTreeSet<&str> = ROWS.iter().map(|row| row.code.name()).collect();
    assert_eq!((ids.len(), names.len()), (ROWS.len(), ROWS.len()));
}

#[test]
fn every_rule_has_an_id() {
    let rows = codes::ROWS.iter().chain(diagnosis::check::ROWS);
    let without: Vec<&str> =
        rows.map(|row| row.code).filter(|code| ROWS.iter().all(|row| row.code.name() != *code)).collect();
    assert_eq!(without, Vec::<&str>::new());
}

#[test]
fn every_row_says_on_what_it_stands() {
    let kinds = ["documented", "seen", "measured", "inferred"];
    let odd: Vec<&str> =
        ROWS.iter().filter(|it| !kinds.contains(&it.evidence) || it.source.is_empty()).map(|it| it.id).collect();
    assert_eq!(odd, Vec::<&str>::new());
}

/// how-to-manage-quotas: one fifth more, rounded up, but for SKUs that skip the reserve.
#[test]
fn cores_are_counted_as_azure_counts_them() {
    let needed = |name: &str, instances| {
        SKUS.iter().find(|sku| sku.name == name).map(|sku| sku.cores_needed(instances)).expect("in the table")
    };
    assert_eq!(needed("standard_ds3_v2", 1), 8);
    assert_eq!(needed("standard_ds3_v2", 5), 24);
    assert_eq!(needed("standard_f4s_v2", 3), 16);
    assert_eq!(needed("standard_nc24ads_a100_v4", 2), 48);
}

#[test]
fn severities_are_spelled_as_the_contract_has_them() {
    let spelled = serde_json::to_string(&[Severity::Error, Severity::Warning, Severity::Note]).expect("JSON");
    assert_eq!(spelled, r#"["error","warning","note"]"#);
}
