//! Whose engine an address names.

/// Of `tcp://host:2376`, `ssh://me@host/run/docker.sock`, `http://[::1]:2375`.
pub struct Authority<'a> {
    pub user: Option<&'a str>,
    /// Without brackets.
    pub host: &'a str,
    pub port: Option<&'a str>,
    /// What stands behind the first slash.
    pub path: &'a str,
}

impl<'a> Authority<'a> {
    pub fn of(address: &'a str) -> Option<Self> {
        let (_, rest) = address.split_once("://")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (place, None),
        };
        Some(Self { user, host: host.trim_matches(['[', ']']), port, path })
    }
}
