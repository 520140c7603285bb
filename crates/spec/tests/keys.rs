//! The table of keys: complete against azure-ai-ml's own schemas, and the pages that are made from it.
//! `BLESS=1` writes the pages.

use spec::{KeyRow, Kind, Verdict, json_schema, keys, keys_of};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// `fixtures/differential/azure-ai-ml-keys.txt` is written by `tests/differential/keys.py` from azure-ai-ml itself.
#[test]
fn every_key_of_azure_ai_ml_has_a_row_and_every_row_a_key() {
    let text = read("fixtures/differential/azure-ai-ml-keys.txt");
    let theirs: BTreeSet<&str> = text.lines().collect();
    let ours: BTreeSet<String> = keys().iter().filter_map(line).collect();
    let ours: BTreeSet<&str> = ours.iter().map(String::as_str).collect();
    let missing: Vec<_> = theirs.difference(&ours).collect();
    let more: Vec<_> = ours.difference(&theirs).collect();
    assert!(missing.is_empty() && more.is_empty(), "without a row: {missing:#?}\nnot a key: {more:#?}");
}

/// Another name of `gpu`, which az replaces before its schema looks.
const ALIAS: &str = ".nvidia.com/gpu";

fn line(row: &KeyRow) -> Option<String> {
    let dropped = if row.verdict == Verdict::Dropped { " dropped" } else { "" };
    let taken = row.kind != Kind::Overlay && row.verdict != Verdict::Refused && !row.path.ends_with(ALIAS);
    taken.then(|| format!("{} {}{dropped}", row.kind.name(), row.path))
}

/// Rules of the service with their sources: each has a case that shows it.
#[test]
fn every_rule_of_the_service_has_a_case() {
    let text = read("fixtures/spec/service-rules.toml");
    let rules: toml::Table = text.parse().expect("TOML");
    for row in rules["row"].as_array().expect("rows") {
        let field = |name: &str| row[name].as_str().unwrap_or_default();
        let printed = read(&format!("fixtures/spec/{}.stderr", field("case")));
        assert!(printed.contains(&format!("{}[", field("expected"))), "{}", field("situation"));
        let evidence = ["documented", "seen", "measured", "inferred"].contains(&field("evidence"));
        assert!(!field("source").is_empty() && evidence, "{}", field("situation"));
    }
}

#[test]
fn every_row_says_what_the_key_does() {
    let silent: Vec<KeyRow> = keys().into_iter().filter(|row| row.doc.trim().is_empty()).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn the_page_of_the_keys_is_the_table() {
    same("docs/yaml-keys.md", &page());
}

#[test]
fn the_schemas_for_editors_are_the_table() {
    for kind in Kind::ALL {
        let schema = serde_json::to_string_pretty(&json_schema(kind)).expect("a schema is JSON");
        same(&format!("docs/schema/{}.json", kind.name()), &(schema + "\n"));
    }
}

fn page() -> String {
    let mut page = String::from(HEAD);
    for kind in Kind::ALL {
        write!(page, "\n## {}\n\n", title(kind)).expect("a string");
        page += "| key | value | default | unit, range | here | |\n|---|---|---|---|---|---|\n";
        keys_of(kind).iter().for_each(|row| page += &table_row(row));
    }
    page
}

const HEAD: &str = "\
# Keys

Made from the table in `crates/spec/src/schema` (`BLESS=1 cargo test -p local-endpoint-spec --test keys`).
Keys of the YAML as azure-ai-ml 1.35.2 takes them; an unknown key is refused at every level, by az and here.

- **honoured**: does here what it does in Azure
- **kept**: names or describes; changes nothing that runs
- **no local meaning**: means something in Azure only; kept, and said in one line
- **dropped**: az drops it when it reads, and so does local-endpoint
- **refused**: az refuses it; the last column says what is written today, and how the former key is known

`*` is a name of your own, `[]` an item of a list, bold a key that has to be there.
";

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::ManagedEndpoint => "Managed endpoint",
        Kind::ManagedDeployment => "Managed deployment",
        Kind::KubernetesEndpoint => "Kubernetes endpoint (`compute`)",
        Kind::KubernetesDeployment => "Kubernetes deployment (`type: kubernetes`)",
        Kind::Overlay => "local-endpoint.toml",
    }
}

fn table_row(row: &KeyRow) -> String {
    let key = if row.required { format!("**`{}`**", row.path) } else { format!("`{}`", row.path) };
    let here = match row.verdict {
        Verdict::Honoured => "honoured",
        Verdict::Describes => "kept",
        Verdict::NoLocalMeaning => "no local meaning",
        Verdict::Dropped => "dropped",
        Verdict::Refused => "refused",
    };
    let range: Vec<&str> = [row.unit, row.range].into_iter().flatten().collect();
    let (default, range) = (row.default.unwrap_or_default(), range.join(", "));
    let doc = match &row.evidence {
        Some(evidence) => format!("{} ({evidence})", row.doc),
        None => row.doc.to_owned(),
    };
    format!("| {key} | {} | {default} | {range} | {here} | {doc} |\n", row.value)
}

fn same(file: &str, found: &str) {
    if std::env::var_os("BLESS").is_some() {
        let path = Path::new(ROOT).join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(path, found).expect("the page can be written");
    }
    assert!(read(file) == found, "{file} is not what the table makes of it; BLESS=1 writes it");
}

fn read(file: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(file)).unwrap_or_default()
}
