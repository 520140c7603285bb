//! How long a file takes to load, checked and lowered: the median of many loads, for `bench/spec`.

use spec::{LoadRequest, load};
use std::io::Write;
use std::time::Instant;

const LOADS: usize = 101;

fn main() -> std::io::Result<()> {
    let path = std::path::PathBuf::from(std::env::args().nth(1).unwrap_or_default());
    let request = LoadRequest { path: path.clone(), ..LoadRequest::default() };
    let mut times: Vec<f64> = (0..LOADS)
        .map(|_| {
            let start = Instant::now();
            let accepted = load(&request).is_ok();
            assert!(accepted, "the file does not load");
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let size = path.metadata()?.len();
    let (median, p95) = (times[LOADS / 2], times[LOADS * 95 / 100]);
    writeln!(std::io::stdout(), "{size} bytes: median {median:.1} ms, p95 {p95:.1} ms, of {LOADS} loads")
}
