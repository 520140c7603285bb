//! Counts, for each table of rules, the rows that are nobody's documented or observed behaviour but our inference.
#![allow(clippy::print_stdout, reason = "an example prints")]

use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
struct Table {
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    evidence: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/semantics");
    let mut files: Vec<_> =
        std::fs::read_dir(folder)?.map(|file| file.map(|file| file.path())).collect::<Result<_, _>>()?;
    files.sort();
    let (mut inferred, mut rows) = (0, 0);
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "toml")) {
        let table: Table = toml::from_str(&std::fs::read_to_string(file)?)?;
        let of_table = table.row.iter().filter(|row| row.evidence == "inferred").count();
        let name = file.file_stem().unwrap_or_default().display().to_string();
        println!("{name:<20} inferred rows: {of_table} of {}", table.row.len());
        (inferred, rows) = (inferred + of_table, rows + table.row.len());
    }
    println!("{:<20} inferred rows: {inferred} of {rows}", "all");
    Ok(())
}
