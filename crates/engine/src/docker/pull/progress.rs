//! What the engine says while it pulls, as lines for a person.

use crate::pace::Pace;
use bollard::models::CreateImageInfo;
use std::collections::BTreeMap;
use std::time::Duration;

/// The bytes of all layers together.
#[derive(Debug, Default)]
pub struct Progress {
    layers: BTreeMap<String, Layer>,
    /// Layers whose download broke off, and the seconds until the engine tries again by itself.
    waiting: BTreeMap<String, u32>,
    is_up_to_date: bool,
    pace: Pace,
}

#[derive(Debug, Default)]
struct Layer {
    total: i64,
    downloaded: i64,
    unpacked: i64,
}

impl Progress {
    /// `3 layers, 12.5 of 80.1 MB`, at most once a second; a download that broke off at once.
    pub fn take(&mut self, message: CreateImageInfo) -> Option<String> {
        let status = message.status?;
        self.is_up_to_date |= status.starts_with("Status: Image is up to date");
        let layer = message.id?;
        if let Some(when) = status.strip_prefix("Retrying in ") {
            return self.breaks_off(layer, when).then(|| format!("the download broke off; again in {when}"));
        }
        let bytes = message.progress_detail.map(|detail| (detail.current.unwrap_or(0), detail.total.unwrap_or(0)));
        self.count(&layer, &status, bytes.unwrap_or_default());
        (self.total() > 0 && self.pace.due()).then(|| self.line())
    }

    /// The engine counts down second by second; each time it begins is told once.
    fn breaks_off(&mut self, layer: String, when: &str) -> bool {
        let seconds = when.split(' ').next().and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
        self.waiting.insert(layer, seconds).is_none_or(|before| before < seconds)
    }

    fn count(&mut self, id: &str, status: &str, (current, total): (i64, i64)) {
        if status == "Downloading" {
            let layer = self.layers.entry(id.to_owned()).or_default();
            (layer.total, layer.downloaded) = (total.max(layer.total), current);
        }
        let Some(layer) = self.layers.get_mut(id) else { return };
        match status {
            "Download complete" => layer.downloaded = layer.total,
            "Extracting" => (layer.downloaded, layer.unpacked) = (layer.total, current),
            "Pull complete" => layer.unpacked = layer.total,
            _ => {}
        }
    }

    fn line(&self) -> String {
        let sum = |part: fn(&Layer) -> i64| self.layers.values().map(part).sum();
        let (downloaded, total) = (sum(|layer| layer.downloaded), self.total());
        match self.layers.len() {
            _ if downloaded == total => {
                format!("unpacking, {} of {} MB", megabytes(sum(|layer| layer.unpacked)), megabytes(total))
            }
            1 => format!("1 layer, {} of {} MB", megabytes(downloaded), megabytes(total)),
            count => format!("{count} layers, {} of {} MB", megabytes(downloaded), megabytes(total)),
        }
    }

    fn total(&self) -> i64 {
        self.layers.values().map(|layer| layer.total).sum()
    }

    /// What was fetched; layers that were there already are none of it.
    pub fn done(&self, took: Duration) -> String {
        match self.total() {
            0 if self.is_up_to_date => "up to date".to_owned(),
            0 => "nothing to download, every layer is here".to_owned(),
            total => format!("{} MB in {:.1} s", megabytes(total), took.as_secs_f64()),
        }
    }
}

fn megabytes(bytes: i64) -> String {
    let tenths = bytes / 100_000;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bollard::models::ProgressDetail;

    fn message(layer: &str, status: &str, current: i64) -> CreateImageInfo {
        let progress_detail = Some(ProgressDetail { current: Some(current), total: Some(80_100_000) });
        CreateImageInfo { id: Some(layer.into()), status: Some(status.into()), progress_detail, ..Default::default() }
    }

    #[test]
    fn bytes_are_counted() {
        let mut progress = Progress::default();
        assert_eq!(progress.take(message("a", "Downloading", 1_250_000)).as_deref(), Some("1 layer, 1.2 of 80.1 MB"));
        assert_eq!(progress.take(message("a", "Downloading", 1_250_000)), None);
        progress.take(message("b", "Downloading", 40_000_000));
        assert_eq!(progress.line(), "2 layers, 41.2 of 160.2 MB");
        progress.take(message("a", "Download complete", 0));
        progress.take(message("b", "Extracting", 100_000));
        assert_eq!(progress.line(), "unpacking, 0.1 of 160.2 MB");
        assert_eq!(progress.done(Duration::from_millis(1260)), "160.2 MB in 1.3 s");
    }

    #[test]
    fn a_download_that_broke_off_is_said_once_each_time() {
        let mut progress = Progress::default();
        let first = progress.take(message("a", "Retrying in 5 seconds", 0));
        assert_eq!(first.as_deref(), Some("the download broke off; again in 5 seconds"));
        assert_eq!(progress.take(message("a", "Retrying in 4 seconds", 0)), None);
        assert_eq!(progress.take(message("a", "Retrying in 1 second", 0)), None);
        assert!(progress.take(message("a", "Retrying in 10 seconds", 0)).is_some());
    }

    #[test]
    fn what_is_here_already_is_not_counted() {
        let mut progress = Progress::default();
        assert_eq!(progress.take(message("a", "Already exists", 0)), None);
        assert_eq!(progress.done(Duration::ZERO), "nothing to download, every layer is here");
        let status = Some("Status: Image is up to date for a:1".to_owned());
        progress.take(CreateImageInfo { status, ..Default::default() });
        assert_eq!(progress.done(Duration::ZERO), "up to date");
    }
}
