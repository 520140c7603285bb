//! `prune`: removes the environments and unpacked models that nothing stands on, and what was pulled for them where it is asked to. Images that
//! somebody else brought are left alone.

use super::images::{self, Image};
use crate::args;
use crate::console::Console;
use crate::exit::Code;
use control::Home;
use diagnosis::Diagnosis;
use std::time::Duration;

pub async fn run(home: &Home, prune: &args::Prune, console: &Console) -> Result<Code, Diagnosis> {
    let engines = emulator::find(home, None).await.engines;
    let kept = images::kept(home, &engines).await?;
    let free: Vec<Image> = kept.into_iter().filter(|image| removable(image, prune, now())).collect();
    if free.is_empty() && prune.printed.is_human() {
        console.note("nothing to remove");
        return Ok(Code::OK);
    }
    for image in free.iter().filter(|_| !prune.dry_run) {
        images::discard(home, &engines, image).await?;
    }
    images::print(&free, &prune.printed, console)?;
    let bytes: u64 = free.iter().map(|image| image.kept.bytes).sum();
    let done = if prune.dry_run { "would be removed" } else { "removed" };
    console.note(&format!("{} {done}, {} MB", free.len(), bytes / 1_000_000));
    Ok(Code::OK)
}

/// Pulled images go last: they are what takes longest to come back.
fn removable(image: &Image, prune: &args::Prune, now: i64) -> bool {
    let old = |age: Duration| image.kept.made.is_none_or(|made| now - made >= age.as_secs().cast_signed());
    !image.kept.in_use && (prune.all || !image.kept.pulled) && prune.older_than.is_none_or(old)
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
