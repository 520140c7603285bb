//! What an instance is told of what is served beside it.

/// Where it is reached, as the instance calls it, and what is shown there.
#[derive(Clone, PartialEq, Eq)]
pub struct Sidecar {
    pub host: String,
    pub port: u16,
    pub pass: String,
    /// It stands for the endpoint's managed identity, too.
    pub identity: bool,
}

impl Sidecar {
    /// Nothing listens at that port of the instance itself: it is refused at once, where the wait for Azure's metadata
    /// service would be long.
    pub fn unreachable(identity: bool) -> Self {
        Self { host: "127.0.0.1".into(), port: 1, pass: "unreachable".into(), identity }
    }

    pub(super) fn is_reached(&self) -> bool {
        self.port != 1
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}:{}{path}", self.host, self.port)
    }
}

impl std::fmt::Debug for Sidecar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sidecar({}:{})", self.host, self.port)
    }
}
