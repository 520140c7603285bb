//! The examples and the deployments that other tests start: each of them loads, but for what has to be refused.

use diagnosis::{Style, print_all};
use spec::{LoadRequest, load};
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// Faults that are found before anything starts.
const REFUSED: &[(&str, &str)] = &[("model-missing", "BadArgument")];

#[test]
fn every_example_loads() {
    projects(&Path::new(ROOT).join("examples"));
}

#[test]
fn every_deployment_of_the_fixtures_loads() {
    projects(&Path::new(ROOT).join("fixtures/deployments"));
}

fn projects(folder: &Path) {
    let entries = std::fs::read_dir(folder).expect("the folder can be listed");
    let paths = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
    paths.for_each(|path| project(&path));
}

fn project(path: &Path) {
    let refused = REFUSED.iter().find(|(name, _)| path.ends_with(name)).map(|(_, code)| *code);
    let codes: Vec<&str> = match load(&LoadRequest { path: path.to_owned(), ..LoadRequest::default() }) {
        Ok(_) => vec![],
        Err(faults) if refused.is_none() => panic!("{}\n{}", path.display(), print_all(&faults, Style::Plain)),
        Err(faults) => faults.iter().map(|fault| fault.code.name()).collect(),
    };
    assert_eq!(codes, Vec::from_iter(refused), "{}", path.display());
}
