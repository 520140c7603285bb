//! Who listens where, from /proc; and a port of one's own.

use crate::Process;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, getsockname, socket_with, sockopt};
use std::fs::{read_dir, read_link, read_to_string};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;

/// A port of the loopback that nobody is given who asks for any one. It can be listened at, also while the descriptor is
/// open.
pub fn reserved_port() -> (OwnedFd, u16) {
    let socket = socket_with(AddressFamily::INET, SocketType::STREAM, SocketFlags::CLOEXEC, None).unwrap();
    sockopt::set_socket_reuseaddr(&socket, true).unwrap();
    bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = SocketAddrV4::try_from(getsockname(&socket).unwrap()).unwrap().port();
    (socket, port)
}

/// `127.0.0.1:20123`, ... of a process.
pub fn listening_addresses(process: &Process) -> Vec<String> {
    let handles = read_dir(format!("/proc/{}/fd", process.pid)).into_iter().flatten().flatten();
    let open: Vec<String> = handles
        .filter_map(|handle| Some(read_link(handle.path()).ok()?.to_string_lossy().into_owned()))
        .filter(|target| target.starts_with("socket:"))
        .collect();
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| read_to_string(path).unwrap_or_default());
    let lines = tables.iter().flat_map(|table| table.lines().skip(1));
    lines.filter_map(listening).filter(|(_, socket)| open.contains(socket)).map(|(address, _)| address).collect()
}

/// The address and `socket:[inode]` of a line that listens.
fn listening(line: &str) -> Option<(String, String)> {
    const LISTEN: &str = "0A";
    let fields: Vec<&str> = line.split_whitespace().collect();
    (*fields.get(3)? == LISTEN).then_some(())?;
    let (address, port) = fields.get(1)?.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    Some((format!("{}:{port}", readable(address)), format!("socket:[{}]", fields.get(9)?)))
}

/// The kernel writes an IPv4 address as one little-endian number; others are left as they are.
fn readable(address: &str) -> String {
    match u32::from_str_radix(address, 16) {
        Ok(number) if address.len() == 8 => std::net::Ipv4Addr::from(number.to_le_bytes()).to_string(),
        _ => address.to_owned(),
    }
}
