//! Every rule against its table in `fixtures/semantics`.

mod autoscale;
mod chaos;
mod cure;
mod endpoint;
mod get_logs;
mod instances;
mod probe;
mod request;
mod serving;
mod startup;
mod table;

/// A table nobody runs is a rule nobody checks.
#[test]
fn every_table_has_a_runner() {
    let runners = [
        autoscale::TABLES,
        chaos::TABLES,
        cure::TABLES,
        endpoint::TABLES,
        get_logs::TABLES,
        instances::TABLES,
        request::TABLES,
        serving::TABLES,
        probe::TABLES,
        startup::TABLES,
    ]
    .concat();
    let mut expected: Vec<_> = runners.iter().map(|name| (*name).to_owned()).collect();
    expected.sort();
    assert_eq!(table::names(), expected);
}
