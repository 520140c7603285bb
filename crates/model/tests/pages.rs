//! Pages that are made from tables of this crate. `BLESS=1` writes them.

use model::traffic_log::{COLUMNS, Local};
use std::path::Path;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn the_page_of_the_traffic_log_is_the_table() {
    let mut page = String::from(TRAFFIC_LOG);
    for column in COLUMNS {
        let local = match column.local {
            Local::Written => "written",
            Local::Ours => "ours",
            Local::LeftOut => "left out",
        };
        page += &format!("| `{}` | {local} | {} |\n", column.name, column.text);
    }
    same("docs/traffic-log.md", &page);
}

const TRAFFIC_LOG: &str = "\
# Traffic log

Made from the table in `crates/model/src/traffic_log.rs` (`BLESS=1 cargo test -p local-endpoint-model --test pages`).

One line of JSON for every request that a running endpoint has answered or refused, in the columns of Azure's table
AmlOnlineEndpointTrafficLog. `local-endpoint logs --traffic` shows it, `-o json` as it is; it is there after `down`, too,
until `down --purge`.

- It stands in the project's state folder: `traffic.jsonl`, before it `traffic.jsonl.1` to `.3`, at most 16 MiB each.
- A line is written at most 200 ms late, and at the end of the emulator. The disk never delays a request: where it is
  full, or too slow for 8 MiB of lines to wait for it, lines are dropped, counted and said.
- No key, no header but `User-Agent`, no body is in it. `up --no-traffic-log` writes none.
- A column without a value is left out of the line.

| column | here | |
|---|---|---|
";

fn same(file: &str, found: &str) {
    let path = Path::new(ROOT).join(file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, found).expect("the page can be written");
    }
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(page == found, "{file} is not what the table makes of it; BLESS=1 writes it");
}
