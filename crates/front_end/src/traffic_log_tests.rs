//! The writer against disks that are slow, full, or gone.

use super::*;
use crate::traffic_line::sample;
use std::sync::mpsc;

const LONG: Duration = Duration::from_secs(20);

/// A disk that asks, for every batch, what becomes of it.
struct Disk {
    writes: mpsc::Sender<Vec<u8>>,
    fates: mpsc::Receiver<io::Result<()>>,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes == b"\n" {
            return Ok(1);
        }
        let _ = self.writes.send(bytes.to_vec());
        self.fates.recv().unwrap_or(Ok(()))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn disk() -> (TrafficLog, mpsc::Receiver<Vec<u8>>, mpsc::Sender<io::Result<()>>) {
    let (writes, written) = mpsc::channel();
    let (fate, fates) = mpsc::channel();
    let log = TrafficLog::start(Disk { writes, fates }).expect("a thread");
    (log, written, fate)
}

fn lines(bytes: &[u8]) -> usize {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let read = |line| serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    text.lines().map(read).collect::<Vec<_>>().len()
}

#[test]
fn what_was_told_is_written_soon_and_at_the_end() {
    let (log, written, fate) = disk();
    log.tell(&sample());
    assert_eq!(written.recv_timeout(LONG).map(|bytes| lines(&bytes)), Ok(1));
    fate.send(Ok(())).expect("the disk waits");
    log.tell(&sample());
    log.tell(&sample());
    fate.send(Ok(())).expect("the disk is there");
    assert!(log.close(LONG));
    let rest: usize = written.try_iter().map(|bytes| lines(&bytes)).sum();
    assert_eq!((rest, log.dropped()), (2, 0));
    log.tell(&sample());
    assert_eq!(log.dropped(), 1, "nobody writes it any more");
}

#[test]
fn a_slow_disk_delays_nobody_and_what_finds_no_room_is_counted() {
    let (log, written, fate) = disk();
    log.tell(&sample());
    let first = written.recv_timeout(LONG).expect("a batch");
    let length = first.len();
    let told = MOST / length + 100;
    let begun = Instant::now();
    (0..told).for_each(|_| log.tell(&sample()));
    assert!(begun.elapsed() < LONG, "while the disk stands still");
    let dropped = log.dropped();
    assert!((99..=100).contains(&dropped), "{dropped}");
    assert!(!log.close(Duration::from_millis(1)), "the end does not wait for the disk either");
    drop(fate);
    assert!(log.close(LONG));
    let rest: usize = written.try_iter().map(|bytes| lines(&bytes)).sum();
    assert_eq!(rest as u64, told as u64 - dropped);
}

#[test]
fn a_full_disk_is_said_once_and_the_next_lines_are_whole_again() {
    let (log, written, fate) = disk();
    log.tell(&sample());
    written.recv_timeout(LONG).expect("a batch");
    fate.send(Err(io::ErrorKind::StorageFull.into())).expect("the disk waits");
    fate.send(Ok(())).expect("the disk is there");
    log.tell(&sample());
    assert_eq!(written.recv_timeout(LONG).map(|bytes| lines(&bytes)), Ok(1));
    assert!(log.close(LONG));
    assert_eq!((log.dropped(), log.fault(), log.fault()), (1, Some("no storage space".into()), None));
}
