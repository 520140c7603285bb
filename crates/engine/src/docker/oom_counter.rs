//! The kernel's own count of processes it killed for memory, of a container on this machine: for engines that have no
//! event for it (Podman).

use std::path::{Path, PathBuf};
use std::time::Duration;

/// Between two looks at a file of a few bytes.
const LOOK: Duration = Duration::from_millis(250);

/// The file that has the counter of this process's cgroup.
pub fn of_process(pid: i64) -> Option<PathBuf> {
    let groups = std::fs::read_to_string(format!("/proc/{pid}/cgroup")).ok()?;
    file(Path::new("/sys/fs/cgroup"), &groups)
}

/// The most memory there ever was in a cgroup, in bytes; of version 2 kernels before 5.19 keep none.
pub fn peak(counter: &Path) -> Option<u64> {
    let files = ["memory.peak", "memory.max_usage_in_bytes"];
    files.iter().find_map(|name| std::fs::read_to_string(counter.with_file_name(name)).ok()?.trim().parse().ok())
}

/// Bytes that the cgroup uses now, without what the kernel could forget at once, as `docker stats` counts.
pub fn used(counter: &Path) -> Option<u64> {
    let text = |name: &str| std::fs::read_to_string(counter.with_file_name(name)).ok();
    let all: u64 = text("memory.current").or_else(|| text("memory.usage_in_bytes"))?.trim().parse().ok()?;
    let stat = text("memory.stat")?;
    let of = |name: &str| stat.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
    let files = of("total_inactive_file ").or_else(|| of("inactive_file ")).unwrap_or_default();
    Some(all.saturating_sub(files))
}

/// Resolves once the counter grows; never once the cgroup is gone.
pub async fn grows(file: &Path) {
    let before = read(file);
    while before.is_some() {
        tokio::time::sleep(LOOK).await;
        match read(file) {
            now @ Some(_) if now > before => return,
            Some(_) => {}
            None => break,
        }
    }
    std::future::pending().await
}

/// Version 1 has a hierarchy for memory alone; version 2 has one for everything.
fn file(root: &Path, groups: &str) -> Option<PathBuf> {
    let group = |line: &str| {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        let path = path.trim_start_matches('/');
        if controllers.split(',').any(|controller| controller == "memory") {
            return Some(root.join("memory").join(path).join("memory.oom_control"));
        }
        controllers.is_empty().then(|| root.join(path).join("memory.events"))
    };
    let found: Vec<_> = groups.lines().filter_map(group).collect();
    let first = found.iter().find(|path| path.ends_with("memory.oom_control"));
    first.or(found.first()).cloned()
}

fn read(file: &Path) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    text.lines().find_map(|line| line.strip_prefix("oom_kill ")).and_then(|count| count.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_versions_have_a_file() {
        let root = Path::new("/sys/fs/cgroup");
        let rows = [
            (
                "5:memory:/libpod_parent/libpod-a\n1:cpu,cpuacct:/x\n0::/x\n",
                "memory/libpod_parent/libpod-a/memory.oom_control",
            ),
            ("0::/machine.slice/libpod-a.scope/container\n", "machine.slice/libpod-a.scope/container/memory.events"),
        ];
        for (groups, expected) in rows {
            assert_eq!(file(root, groups), Some(root.join(expected)));
        }
        assert_eq!(file(root, "3:freezer:/x\n"), None);
    }

    #[test]
    fn the_peak_stands_beside_the_counter() {
        let folder = tempfile::tempdir().unwrap();
        let counter = folder.path().join("memory.events");
        assert_eq!(peak(&counter), None);
        std::fs::write(folder.path().join("memory.peak"), "209715200\n").unwrap();
        assert_eq!(peak(&counter), Some(200 << 20));
    }

    #[tokio::test(start_paused = true)]
    async fn a_kill_is_noticed_and_the_one_before_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("memory.events");
        std::fs::write(&file, "oom 1\noom_kill 1\n").unwrap();
        assert!(tokio::time::timeout(LOOK * 4, grows(&file)).await.is_err());
        let grown = async {
            tokio::time::sleep(LOOK * 2).await;
            std::fs::write(&file, "oom 2\noom_kill 2\n").unwrap();
        };
        tokio::join!(grows(&file), grown);
        std::fs::remove_file(&file).unwrap();
        assert!(tokio::time::timeout(LOOK * 4, grows(&file)).await.is_err());
    }
}
