//! Another Docker daemon of this machine, with a socket, a bridge and a disk of its own, so that it can be stopped, killed
//! and filled while the machine's own is left alone. Needs root.

use crate::{Process, skipped};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// What its disk holds: the image below twice, and some room.
const DISK: &str = "size=900m";
const IMAGE: &str = "local-endpoint/inference:latest";
/// Seconds after which nothing of it is left, whatever becomes of the test.
const LONGEST: &str = "300";
const PATIENCE: Duration = Duration::from_secs(60);
/// Of names and subnets in this process.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Ends with its containers, its disk and its bridge when it is dropped.
#[derive(Debug)]
pub struct Dockerd {
    folder: TempDir,
    bridge: String,
    /// Holds the namespace in which its disk is mounted.
    disk: Child,
    /// `timeout`, with the daemon below it.
    running: Option<Child>,
}

impl Dockerd {
    /// It has the image of the inference server. `None`, and said: nobody may start one here.
    pub fn start() -> Option<Self> {
        let folder = tempfile::Builder::new().prefix("le-dockerd-").tempdir().unwrap();
        let bridge = format!("le-{}-{}", std::process::id(), COUNT.fetch_add(1, Relaxed));
        if let Err(why) = bridged(&bridge) {
            skipped(&format!("no second Docker daemon can be started here: {why}"));
            return None;
        }
        std::fs::write(folder.path().join("daemon.json"), "{}").unwrap();
        let disk = disk(folder.path());
        let mut daemon = Self { folder, bridge, disk, running: None };
        daemon.starts();
        let load = format!("docker save {IMAGE} | docker --host {} load --quiet", daemon.address());
        succeeds(Command::new("sh").args(["-c", &load]));
        Some(daemon)
    }

    /// For DOCKER_HOST.
    pub fn address(&self) -> String {
        format!("unix://{}", self.path("docker.sock").display())
    }

    /// As `systemctl stop docker` does: its containers end before it.
    pub fn stops(&mut self) {
        self.process().terminate();
        self.ended();
    }

    /// Its containers run on.
    pub fn is_killed(&mut self) {
        let containerd = self.path("run/containerd/containerd.pid");
        let below = std::fs::read_to_string(&containerd).ok().and_then(|pid| Process::of(pid.trim().parse().ok()?));
        self.process().kill();
        self.ended();
        // The kernel ends it with the daemon; the next one would take it for running.
        below.iter().for_each(Process::ends);
        let _ = std::fs::remove_file(containerd);
    }

    /// Again, on the same disk.
    pub fn starts(&mut self) {
        let namespace = format!("--mount=/proc/{}/ns/mnt", self.disk.id());
        let mut command = Command::new("timeout");
        command.args([LONGEST, "nsenter", &namespace, "dockerd", "--iptables=false", "--ip-masq=false"]);
        command.args(["--userland-proxy=false", "--storage-driver=overlay2", "--bridge", &self.bridge]);
        command.arg("--config-file").arg(self.path("daemon.json")).arg("--pidfile").arg(self.path("pid"));
        command.arg("--data-root").arg(self.path("disk")).arg("--exec-root").arg(self.path("run"));
        command.args(["--host", &self.address()]).stdin(Stdio::null());
        let log = std::fs::File::options().create(true).append(true).open(self.path("log")).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        self.running = Some(command.spawn().unwrap());
        self.answers();
    }

    /// It takes calls, and answers none until it moves on.
    pub fn stands_still(&self) {
        self.process().freeze();
    }

    pub fn moves_on(&self) {
        self.process().resume();
    }

    pub fn has_a_full_disk(&self) {
        // That it cannot be written to its end is what is wanted.
        let _ = Command::new("sh").args(["-c", &format!("cat /dev/zero > {}", self.filling().display())]).output();
    }

    pub fn has_space_again(&self) {
        std::fs::remove_file(self.filling()).unwrap();
    }

    /// Ids of all, stopped ones too.
    pub fn containers(&self) -> Vec<String> {
        let listed = succeeds(self.docker().args(["ps", "--all", "--quiet"]));
        String::from_utf8_lossy(&listed.stdout).split_whitespace().map(str::to_owned).collect()
    }

    /// `docker WORDS` on this one.
    pub fn does(&self, words: &[&str]) {
        succeeds(self.docker().args(words));
    }

    fn docker(&self) -> Command {
        let mut command = Command::new("docker");
        command.args(["--host", &self.address()]);
        command
    }

    fn answers(&self) {
        let end = Instant::now() + PATIENCE;
        while !self.docker().arg("version").output().unwrap().status.success() {
            let log = std::fs::read_to_string(self.path("log")).unwrap_or_default();
            assert!(Instant::now() < end, "the second daemon does not answer\n{log}");
            // No event tells that its socket is there.
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn process(&self) -> Process {
        let pid = std::fs::read_to_string(self.path("pid")).unwrap();
        Process::of(pid.trim().parse().unwrap()).expect("the second daemon runs")
    }

    fn ended(&mut self) {
        let mut running = self.running.take().expect("it runs");
        running.wait().unwrap();
        let _ = std::fs::remove_file(self.path("pid"));
    }

    fn filling(&self) -> PathBuf {
        self.seen_in("disk/filling")
    }

    /// As it sees it.
    fn seen_in(&self, name: &str) -> PathBuf {
        let root = format!("/proc/{}/root", self.disk.id());
        Path::new(&root).join(self.path(name).strip_prefix("/").unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Dockerd {
    fn drop(&mut self) {
        if self.running.is_some() && !std::thread::panicking() {
            self.containers().iter().for_each(|container| self.does(&["rm", "--force", "--volumes", container]));
            self.stops();
        }
        // Whatever became of it: the daemon itself, what its containers run, and what stands between the two.
        let daemons =
            || Process::mentioning(self.folder.path()).into_iter().filter(|it| it.command.contains("dockerd "));
        let known = self.seen_in("disk/containers");
        let ids: Vec<_> = std::fs::read_dir(known).into_iter().flatten().flatten().map(|it| it.file_name()).collect();
        let contained = ids.iter().flat_map(|id| Process::contained_in(&id.to_string_lossy()));
        let rest = || Process::mentioning(self.folder.path());
        for process in daemons().chain(contained).collect::<Vec<_>>().into_iter().chain(rest()) {
            process.kill();
            process.ends();
        }
        if let Some(mut running) = self.running.take() {
            let _ = (running.kill(), running.wait());
        }
        let _ = (self.disk.kill(), self.disk.wait());
        let _ = Command::new("ip").args(["link", "delete", &self.bridge]).output();
    }
}

fn bridged(name: &str) -> Result<(), String> {
    let subnet = format!("172.31.{}.1/24", COUNT.fetch_add(1, Relaxed) + std::process::id() % 200);
    let made = tried(Command::new("ip").args(["link", "add", name, "type", "bridge"]));
    let addressed = made.and_then(|()| tried(Command::new("ip").args(["address", "add", &subnet, "dev", name])));
    let up = addressed.and_then(|()| tried(Command::new("ip").args(["link", "set", name, "up"])));
    up.and_then(|()| tried(Command::new("dockerd").arg("--version")))
        .and_then(|()| tried(Command::new("nsenter").arg("--version")))
        .inspect_err(|_| drop(Command::new("ip").args(["link", "delete", name]).output()))
}

/// A namespace with a disk of its own, held as long as this process lives.
fn disk(folder: &Path) -> Child {
    let at = folder.join("disk");
    std::fs::create_dir(&at).unwrap();
    let (at, ready) = (at.display(), folder.join("mounted"));
    let script = format!("mount -t tmpfs -o {DISK} tmpfs {at} && touch {} && exec sleep {LONGEST}", ready.display());
    let mut held = Command::new("unshare").args(["--mount", "sh", "-c", &script]).spawn().unwrap();
    while !ready.exists() {
        assert!(held.try_wait().unwrap().is_none(), "no disk can be mounted for a second daemon");
        std::thread::sleep(Duration::from_millis(10));
    }
    held
}

fn tried(command: &mut Command) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    let told = || format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr).trim());
    output.status.success().then_some(()).ok_or_else(told)
}

fn succeeds(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    output
}
