//! From a launch to the command that is run.

use super::root::inside;
use crate::{Arg, EngineError, Launch, PortUse};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::net::TcpSocket;
use tokio::process::Command;

/// What a program needs of this process's variables, beside those of the launch.
const PASSED_ON: &[&str] = &[
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
];

/// Ports of the loopback that nobody else is given.
#[derive(Debug)]
pub struct Ports {
    pub addresses: BTreeMap<PortUse, SocketAddr>,
    /// Bound, and not listening. On Linux that keeps a port from whoever takes any one, and leaves it to who asks for it by
    /// its number with SO_REUSEADDR, as servers do: there it is held as long as the program lives, which listens at some of
    /// its ports much later. Elsewhere nobody could listen meanwhile.
    kept: Vec<TcpSocket>,
}

impl Ports {
    /// Uses that share a container port share the real one.
    pub fn free(wanted: &BTreeMap<PortUse, u16>) -> std::io::Result<Self> {
        let mut kept = BTreeMap::new();
        for number in wanted.values() {
            if !kept.contains_key(number) {
                kept.insert(*number, any()?);
            }
        }
        let address = |(used, number): (&PortUse, &u16)| Ok((*used, kept[number].local_addr()?));
        let addresses = wanted.iter().map(address).collect::<std::io::Result<_>>()?;
        Ok(Self { addresses, kept: kept.into_values().collect() })
    }

    /// What is to be held while the program runs.
    pub fn held(self) -> Vec<TcpSocket> {
        if cfg!(target_os = "linux") { self.kept } else { vec![] }
    }
}

fn any() -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    Ok(socket)
}

/// The command in a process group of its own, its outputs piped; not yet running.
pub fn of(launch: &Launch, workdir: &Path, ports: &Ports) -> Result<Command, EngineError> {
    let words = words(launch, ports)?;
    let (program, arguments) = words.split_first().ok_or_else(no_command)?;
    let bin = Path::new(&launch.base.name).join("bin");
    let mut command = Command::new(resolve(program, &bin, launch)?);
    command.args(arguments).current_dir(workdir).process_group(0).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env_clear().env("VIRTUAL_ENV", &launch.base.name);
    command.envs(PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    // The user's folder is ours to read, as it is a container's. And Python takes cached bytecode for new when the source is
    // of the same second and size: code that is saved at once after a start would not be what is served next.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.envs(&launch.env);
    command.env("PATH", path(&bin, launch));
    Ok(command)
}

fn no_command() -> EngineError {
    EngineError::Other("a virtual environment has no command of its own: give one".into())
}

fn words(launch: &Launch, ports: &Ports) -> Result<Vec<String>, EngineError> {
    let missing =
        |used| EngineError::Other(format!("the command names a port ({used:?}) that the launch does not have"));
    let word = |arg: &Arg| match arg {
        Arg::Text(text) => Ok(text.clone()),
        Arg::Port(used) => ports.addresses.get(used).map(|at| at.port().to_string()).ok_or_else(|| missing(*used)),
    };
    launch.argv.iter().flatten().map(word).collect()
}

/// The environment's own programs first.
fn path(bin: &Path, launch: &Launch) -> OsString {
    let rest = launch.env.get("PATH").map(OsString::from).or_else(|| std::env::var_os("PATH")).unwrap_or_default();
    let folders = [bin.to_owned()].into_iter().chain(std::env::split_paths(&rest));
    std::env::join_paths(folders).unwrap_or(rest)
}

/// A bare name is looked up; a path is one of this machine or below the private root.
fn resolve(program: &str, bin: &Path, launch: &Launch) -> Result<PathBuf, EngineError> {
    let found = if program.contains('/') {
        [PathBuf::from(program), inside(&launch.private_root, program)].into_iter().find(|path| path.is_file())
    } else {
        std::env::split_paths(&path(bin, launch)).map(|folder| folder.join(program)).find(|path| path.is_file())
    };
    found.ok_or_else(|| EngineError::ProgramNotFound { program: program.to_owned() })
}
