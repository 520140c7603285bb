//! What a load holds at most, measured: no file makes it hold more than a small multiple of the file.
//!
//! One test, as the allocator counts for the whole process.

use peak_alloc::PeakAlloc;
use spec::{LoadRequest, load};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Bytes, for any file; a deployment file has a few kilobytes.
const MOST: usize = 160 * 1024 * 1024;
const TEN_MB: usize = 10 * 1024 * 1024;

#[test]
fn no_file_makes_it_hold_more() {
    let files = [
        ("aliases that double", doubling(60)),
        ("merges that double", merging(60)),
        ("wide aliases", format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(1000), "*a, ".repeat(20_000)).into_bytes()),
        ("deep lists", vec![b'['; TEN_MB]),
        ("deep mappings", "{a: ".repeat(TEN_MB / 4).into_bytes()),
        ("deep blocks", (0..4000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>().into_bytes()),
        ("one long value", format!("endpoint_name: {}\n", "x".repeat(TEN_MB)).into_bytes()),
        ("many keys", (0..TEN_MB / 10).map(|key| format!("k{key}: 1\n")).collect::<String>().into_bytes()),
        ("one key, many times", "a: 1\n".repeat(TEN_MB / 25).into_bytes()),
        ("many anchors", (0..TEN_MB / 12).map(|name| format!("- &a{name} x\n")).collect::<String>().into_bytes()),
        ("no text", vec![0xff; TEN_MB]),
        ("text that ends in no text", [format!("name: {}", "x".repeat(TEN_MB)).into_bytes(), vec![0xc3]].concat()),
        ("zeros", vec![0; TEN_MB]),
        ("above the limit of a file", vec![b' '; 17 * 1024 * 1024]),
    ];
    let too_much: Vec<String> = files.iter().filter_map(|(name, file)| above(name, file)).collect();
    assert!(too_much.is_empty(), "{too_much:#?}");
}

/// The bytes held above what was held before, when they are too many.
fn above(name: &str, file: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("deployment.yml");
    std::fs::write(&path, file).expect("the file can be written");
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    let accepted = load(&LoadRequest { path, ..LoadRequest::default() }).is_ok();
    let held = ALLOCATED.peak_usage().saturating_sub(before);
    let told = format!("{name}: {} MB of {} KB", held / 1024 / 1024, file.len() / 1024);
    (accepted || held > MOST).then_some(told)
}

/// Every line twice the one before.
fn doubling(lines: usize) -> Vec<u8> {
    let below = (1..lines).map(|line| format!("k{line}: &k{line} [*k{0}, *k{0}]\n", line - 1));
    format!("endpoint_name: x\nk0: &k0 [x, x]\n{}", below.collect::<String>()).into_bytes()
}

/// Every mapping merges the one before, twice, and adds a key.
fn merging(lines: usize) -> Vec<u8> {
    let below =
        (1..lines).map(|line| format!("k{line}: &k{line} {{<<: [*k{0}, *k{0}], a{line}: [*k{0}, *k{0}]}}\n", line - 1));
    format!("endpoint_name: x\nk0: &k0 {{a: 1}}\n{}", below.collect::<String>()).into_bytes()
}
