//! The cases are a file; what az prints for them was measured.

use super::{Output, Printed, Query, rows};
use clap::ValueEnum;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Cases {
    document: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    query: Option<String>,
    output: String,
    expected: String,
}

fn cases() -> Cases {
    toml::from_str(include_str!("../../../../fixtures/output.toml")).expect("cases")
}

#[test]
fn documents_are_printed_as_az_prints_them() {
    let cases = cases();
    let document: Value = serde_json::from_str(&cases.document).expect("a document");
    for case in &cases.case {
        let query = case.query.as_deref().map(|query| Query::parse(query).expect("JMESPath"));
        let printed = Printed { output: Output::from_str(&case.output, false).expect("a format"), query };
        let text = printed.text(document.clone(), rows).unwrap_or_else(|error| error.headline().to_owned());
        assert_eq!(
            text.trim_end_matches('\n'),
            case.expected.trim_end_matches('\n'),
            "{:?} -o {}",
            case.query,
            case.output
        );
    }
}

#[test]
fn colours_change_no_letter() {
    let document: Value = serde_json::from_str(&cases().document).expect("a document");
    let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
    assert_eq!(plain(&super::coloured::json(&document)), serde_json::to_string_pretty(&document).expect("JSON"));
    assert_eq!(plain(&super::coloured::yaml(&super::yaml(&document))), super::yaml(&document));
}

#[test]
fn what_is_no_jmespath_is_refused_with_the_place() {
    let error = Query::parse("emulators[").expect_err("refused");
    assert!(error.contains("emulators["), "{error}");
}
