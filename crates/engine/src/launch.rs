//! The values that cross the seam.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

pub type Labels = BTreeMap<String, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineKind {
    Docker,
    Process,
    Scripted,
}

/// What the engine is and can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub kind: EngineKind,
    /// `Docker Engine 20.10.24 (API 1.41)`, for people.
    pub version: String,
    /// Where it was found, for people.
    pub address: String,
    /// Paths of this machine can be mounted; otherwise they are copied in. `None`: the first start finds out.
    pub shares_files: Option<bool>,
    pub ports: Ports,
    /// GPUs are handed on to instances that ask for them.
    pub gpus: bool,
    pub cpus: u32,
    pub memory_bytes: u64,
    pub arch: String,
}

/// Where the port of an instance is reached from here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ports {
    /// Published on this machine's loopback.
    Loopback,
    /// At the container's own address, whose network is an interface of this machine; nothing stands between.
    Bridge,
    /// At the container's own address: we run in a container of the same engine, on this network.
    Containers { network: String },
    /// Published on that address of the engine's host, which is another machine.
    Host(IpAddr),
}

/// How an instance reaches what this process serves to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    /// An address of this machine to listen on; no other machine reaches it.
    pub listen: IpAddr,
    /// What the instance calls it: an address or a name.
    pub host: String,
    pub outward: Outward,
}

/// How far an instance reaches by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Outward {
    /// As far as its engine lets it.
    #[default]
    Open,
    /// No further than its neighbours on a network of this name, and what this process serves there.
    Closed { network: String },
}

/// How to get something that can be launched. Equal recipes give the same base; it is made once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipe {
    /// A local image, pulled when absent and allowed.
    Image { image: String, pull: Pull },
    /// An image with more in it than its base; `tag` holds the hash of all inputs.
    Derived { base: Box<Recipe>, tag: String, install: Install },
    /// The user's own build context; the Dockerfile relative to it. `pull`: what it stands on.
    Context { folder: PathBuf, dockerfile: String, pull: Pull },
    /// A Python virtual environment; `key` is the hash of all inputs.
    Python { key: String, requirements: Vec<String>, python: Option<String> },
}

/// What is done in a container of the base, as root, to make an image of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// Lines of a shell, each a step; the first that fails ends it. They run beside `files`, of which nothing stays.
    pub steps: Vec<String>,
    pub files: Vec<(String, Vec<u8>)>,
    /// Variables of the image, further or in place of the base's.
    pub env: BTreeMap<String, String>,
}

/// When to ask the registry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pull {
    #[default]
    Missing,
    Always,
    Never,
}

/// Something launchable, as the engine names it: an image reference, or a virtual environment's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    pub name: String,
    /// The engine's own identity of the content (image id, environment key).
    pub id: String,
    /// False when it was there already.
    pub made: bool,
    pub facts: ImageFacts,
}

/// What the image brings, as far as the caller must know to choose a command.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageFacts {
    /// `/var/runit` exists.
    pub has_runit: bool,
    /// `conda` is found at one of its usual places.
    pub conda: Option<String>,
    pub exposed_ports: Vec<u16>,
    /// The image's USER as written; empty for root.
    pub user: String,
    /// As whom its program reads files of this machine; `None`: whatever there is, or nobody can tell.
    pub reads_as: Option<Ids>,
    pub env: BTreeMap<String, String>,
    pub arch: String,
    pub source: ImageSource,
}

/// Where an image came from, as far as its engine and this machine remember.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSource {
    /// `NAME@sha256:...`, as registries know it; `None`: it was never in one.
    pub digest: Option<String>,
    /// When a pull last found this to be the image of that name, in unix seconds.
    pub pulled: Option<i64>,
    /// Since when it has been in use here, in unix seconds.
    pub seen: Option<i64>,
    /// The registry of its name, where this machine is logged in to it.
    pub login: Option<String>,
}

/// Of a user, in the numbers that files have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    pub user: u32,
    pub groups: Vec<u32>,
}

/// What a port is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PortUse {
    Serve,
    Liveness,
    Readiness,
    /// As `Serve`, for what takes its place.
    Spare,
    /// Where the program takes commands.
    Control,
    Debug,
}

/// One word of a command. A port is only known once the engine has given it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg {
    Text(String),
    /// The number the program must listen on.
    Port(PortUse),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MountSource {
    Path(PathBuf),
    /// A tar archive copied in.
    Archive(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    pub source: MountSource,
    /// Absolute in the container. The process engine places it below the instance's private root.
    pub target: String,
    pub access: Access,
}

/// What the program may do with a mounted path.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Access {
    /// It reads the path itself.
    #[default]
    ReadOnly,
    /// It has a copy, for each instance its own, which everybody in it may write to and which goes with the instance.
    Scratch,
}

/// One instance to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// Unique on the engine; the container's name.
    pub name: String,
    pub base: Base,
    /// `None`: the image's own command.
    pub argv: Option<Vec<Arg>>,
    /// Absolute in the container; created when absent.
    pub workdir: Option<String>,
    pub env: BTreeMap<String, String>,
    pub mounts: Vec<Mount>,
    /// Ports the program listens on, in the container's numbers; the process engine gives its own.
    pub ports: BTreeMap<PortUse, u16>,
    pub labels: Labels,
    /// Set where limits apply; `nano_cpus` in billionths of a core.
    pub memory_bytes: Option<u64>,
    pub nano_cpus: Option<u64>,
    pub outward: Outward,
    /// All GPUs the engine has; none where it hands none on.
    pub gpus: bool,
    /// Process engine: a folder of this instance alone, removed with it. Container paths live below it.
    pub private_root: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct InstanceHandle(pub String);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    pub handle: InstanceHandle,
    /// Where each port is reached from here.
    pub addresses: BTreeMap<PortUse, SocketAddr>,
    /// Paths that were copied in, where the engine could not mount them: a program can write to its copy.
    pub copied: Vec<PathBuf>,
}

/// How an instance ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// 128 + signal where a signal ended it.
    pub code: i64,
    pub out_of_memory: bool,
    /// The engine's own words, where it has any.
    pub error: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    Stdout,
    Stderr,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    pub stream: Stream,
    pub text: String,
    /// Said before anybody began to read this log.
    pub old: bool,
}

/// Bytes, as far as the engine tells them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    pub limit: Option<u64>,
    /// Now, without files that the kernel keeps in mind and could forget.
    pub used: Option<u64>,
    /// The most there ever was at once.
    pub peak: Option<u64>,
}

/// Which part of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSource {
    /// From the end; `None`: everything.
    pub tail: Option<usize>,
    pub follow: bool,
}

/// An instance found by its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub handle: InstanceHandle,
    pub name: String,
    pub running: bool,
    pub labels: Labels,
    /// It was started from within another container of this engine than we are in: whether that one still runs.
    pub elsewhere: Option<bool>,
}
