//! Any bytes as a deployment file: an answer, no panic, no hang.

#![no_main]

use libfuzzer_sys::fuzz_target;
use spec::{LoadRequest, load};

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("deployment.yml");
    std::fs::write(&path, bytes).expect("the file can be written");
    let _ = load(&LoadRequest { path, ..LoadRequest::default() });
});
