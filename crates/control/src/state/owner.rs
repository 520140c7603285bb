//! Who has a port, where that is cheap to see.

use super::all_projects;
use crate::Home;

/// An endpoint of ours, else (Linux) a process of this person.
pub fn of(home: &Home, port: u16) -> Option<String> {
    endpoint(home, port).or_else(|| process(port))
}

fn endpoint(home: &Home, port: u16) -> Option<String> {
    let projects = all_projects(home).ok()?.known;
    projects.iter().map(|project| &project.state).filter(|state| state.alive()).find_map(|state| {
        let (name, _) =
            state.scoring_ports.iter().find(|(name, has)| **has == port && state.endpoints.contains(name))?;
        Some(format!("endpoint {name} of {}", state.project.display()))
    })
}

#[cfg(target_os = "linux")]
fn process(port: u16) -> Option<String> {
    let socket = listening_socket(port)?;
    let entries = std::fs::read_dir("/proc").ok()?.filter_map(Result::ok);
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let pid = pids.into_iter().find(|pid| has_open(*pid, &socket))?;
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(format!("{} (pid {pid})", name.trim()))
}

/// `socket:[inode]`, as the links below `/proc/<pid>/fd` write it.
#[cfg(target_os = "linux")]
fn listening_socket(port: u16) -> Option<String> {
    const LISTEN: &str = "0A";
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| std::fs::read_to_string(path).unwrap_or_default());
    tables.iter().flat_map(|table| table.lines()).find_map(|line| {
        let fields: Vec<_> = line.split_whitespace().collect();
        let (_, hexadecimal) = fields.get(1)?.rsplit_once(':')?;
        let ours = u16::from_str_radix(hexadecimal, 16) == Ok(port) && *fields.get(3)? == LISTEN;
        ours.then(|| Some(format!("socket:[{}]", fields.get(9)?)))?
    })
}

#[cfg(target_os = "linux")]
fn has_open(pid: u32, socket: &str) -> bool {
    let Ok(handles) = std::fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    handles.filter_map(Result::ok).any(|handle| handle.path().read_link().is_ok_and(|link| link.as_os_str() == socket))
}

#[cfg(not(target_os = "linux"))]
fn process(_: u16) -> Option<String> {
    None
}
