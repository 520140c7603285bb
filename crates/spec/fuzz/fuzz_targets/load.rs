//! Any bytes as a deployment file: an answer that can be printed, no panic, no hang.

#![no_main]

use diagnosis::{Style, print_all};
use libfuzzer_sys::fuzz_target;
use spec::{LoadRequest, as_az_loads, load};

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("deployment.yml");
    std::fs::write(&path, bytes).expect("the file can be written");
    match load(&LoadRequest { path: path.clone(), ..LoadRequest::default() }) {
        Ok(project) => {
            print_all(&project.notices, Style::Coloured);
            assert!(as_az_loads(&path).is_ok(), "az would refuse what is loaded here");
        }
        Err(faults) => {
            print_all(&faults, Style::Coloured);
        }
    }
});
