//! Everything that can be asked for.

use crate::azure::{Here, catalogue};
use crate::entry::Entry;
use crate::own;
use crate::print::entry_text;
use crate::scan::{Found, Scanned};

/// Every error: Azure's in the order of its page, then ours.
pub fn list() -> Vec<Entry> {
    let azure = catalogue().rows.iter().map(Entry::of_azure);
    azure.chain(own::codes().map(Entry::of_own)).collect()
}

/// The list as text, a case below what it is a case of.
pub fn print_list() -> String {
    let own: Vec<String> = own::codes().map(|code| format!("  {}: {}", code.name(), own::title(code))).collect();
    let azure = [
        ("Azure's, raised here by the same event", Here::Reproduced),
        ("Azure's, found by `local-endpoint check`", Here::Check),
        ("Azure's alone; each has the command that tells more", Here::Cloud),
    ];
    let parts = azure.iter().map(|(title, here)| format!("{title}:\n{}", group(*here)));
    let parts = parts.chain([format!("Of local-endpoint:\n{}", own.join("\n"))]);
    parts.collect::<Vec<_>>().join("\n\n")
}

fn group(here: Here) -> String {
    let rows = catalogue().rows.iter().filter(|row| row.here == here);
    let line = |row: &crate::Row| match &row.of {
        Some(of) => format!("  {} (of {of}): {}", row.name, row.title),
        None => format!("  {}: {}", row.name, row.title),
    };
    rows.map(line).collect::<Vec<_>>().join("\n")
}

/// What pasted text turned out to hold.
pub fn print_scanned(scanned: &Scanned) -> String {
    let text = |found: &Found| entry_text(&found.entry, Some(&found.said));
    scanned.found.iter().map(text).collect::<Vec<_>>().join("\n\n")
}
