//! Every rule against its table in `fixtures/semantics`.

mod autoscale;
mod chaos;
mod cure;
mod data_collector;
mod endpoint;
mod get_logs;
mod identity;
mod image;
mod instances;
mod probe;
mod request;
mod serving;
mod startup;
mod storage;
mod table;
mod unmixed;

/// A table nobody runs is a rule nobody checks.
#[test]
fn every_table_has_a_runner() {
    let runners = [
        autoscale::TABLES,
        chaos::TABLES,
        cure::TABLES,
        data_collector::TABLES,
        endpoint::TABLES,
        get_logs::TABLES,
        identity::TABLES,
        image::TABLES,
        instances::TABLES,
        request::TABLES,
        serving::TABLES,
        probe::TABLES,
        startup::TABLES,
        storage::TABLES,
    ]
    .concat();
    let mut expected: Vec<_> = runners.iter().map(|name| (*name).to_owned()).collect();
    expected.sort();
    assert_eq!(table::names(), expected);
}
