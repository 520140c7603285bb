//! How long a file takes to load, and to load and check: medians of many times, for `bench/spec`.

use check::{Request, check};
use spec::{LoadRequest, load};
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

const TIMES: usize = 101;

fn main() -> std::io::Result<()> {
    let path = PathBuf::from(std::env::args().nth(1).unwrap_or_default());
    let load_request = LoadRequest { path: path.clone(), ..LoadRequest::default() };
    let check_request = Request { paths: vec![path.clone()], ..Request::default() };
    let size = path.metadata()?.len();
    print("load", size, &times(|| load(&load_request).is_ok()))?;
    print("load and check", size, &times(|| check(&check_request).exit() == 0))
}

/// Milliseconds, sorted.
fn times(accepted: impl Fn() -> bool) -> Vec<f64> {
    let one = |_| {
        let start = Instant::now();
        assert!(accepted(), "the file is refused");
        start.elapsed().as_secs_f64() * 1000.0
    };
    let mut times: Vec<f64> = (0..TIMES).map(one).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn print(what: &str, size: u64, times: &[f64]) -> std::io::Result<()> {
    let (median, p95) = (times[TIMES / 2], times[TIMES * 95 / 100]);
    writeln!(std::io::stdout(), "{what}, {size} bytes: median {median:.1} ms, p95 {p95:.1} ms, of {TIMES}")
}
