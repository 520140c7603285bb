//! The moment at which a container of this machine ends, by the kernel: its engine tells of it when it has cleared it
//! away, a tenth of a second later, or not at all while it is away itself.

use super::DockerEngine;
use crate::{EngineError, InstanceHandle};

impl DockerEngine {
    /// Never, where its processes are not ours to see.
    pub(super) async fn wait_for_death(&self, handle: &InstanceHandle) -> Result<(), EngineError> {
        if self.same_kernel {
            let state = self.state(handle).await?;
            if !state.running.unwrap_or_default() || last_breath(state.pid, &handle.0).await.is_some() {
                return Ok(());
            }
        }
        std::future::pending().await
    }
}

/// Resolves once the first process of the container is no more, which all others in it have ended before; never where it
/// cannot be told.
#[cfg(target_os = "linux")]
async fn last_breath(pid: Option<i64>, container: &str) -> Option<()> {
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    use tokio::io::{Interest, unix::AsyncFd};

    let handle = pidfd_open(Pid::from_raw(i32::try_from(pid?).ok()?)?, PidfdFlags::empty()).ok()?;
    // Numbers are given away again, and another namespace has others: what is held must be this container's.
    let groups = std::fs::read_to_string(format!("/proc/{}/cgroup", pid?)).ok()?;
    if !groups.contains(container) {
        return None;
    }
    // An `OwnedFd` keeps what the newer, unsafe form of this asks of its caller.
    #[allow(deprecated)]
    let handle = AsyncFd::with_interest(handle, Interest::READABLE).ok()?;
    handle.readable().await.ok().map(drop)
}

#[cfg(not(target_os = "linux"))]
async fn last_breath(_: Option<i64>, _: &str) -> Option<()> {
    None
}
