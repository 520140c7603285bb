//! The watchdog of the process engine, which is not supported here yet.

/// Always an error.
pub fn run() -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
