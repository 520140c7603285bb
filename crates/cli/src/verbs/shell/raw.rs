//! The terminal while its keys belong to somebody else.

use std::io::IsTerminal;

/// Columns and lines, where a person sits at both ends.
pub fn terminal() -> Option<(u16, u16)> {
    let both = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    both.then(size)
}

#[cfg(unix)]
pub use unix::{Raw, resized, size};

#[cfg(unix)]
mod unix {
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};
    use tokio::signal::unix::{SignalKind, signal};

    /// Keys pass as they are, until it is dropped.
    #[derive(Debug)]
    pub struct Raw(Option<Termios>);

    impl Raw {
        pub fn enter() -> Self {
            let before = tcgetattr(std::io::stdin()).ok();
            if let Some(mut raw) = before.clone() {
                raw.make_raw();
                let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, &raw);
            }
            Self(before)
        }
    }

    impl Drop for Raw {
        fn drop(&mut self) {
            if let Some(before) = &self.0 {
                let _ = tcsetattr(std::io::stdin(), OptionalActions::Drain, before);
            }
        }
    }

    pub fn size() -> (u16, u16) {
        tcgetwinsize(std::io::stdout()).map_or((80, 24), |size| (size.ws_col, size.ws_row))
    }

    /// Resolves with every change of the window from its making on.
    pub fn resized() -> impl FnMut() -> futures_util::future::BoxFuture<'static, ()> {
        let stream = std::sync::Arc::new(tokio::sync::Mutex::new(signal(SignalKind::window_change()).ok()));
        move || {
            let stream = stream.clone();
            Box::pin(async move {
                match stream.lock().await.as_mut() {
                    Some(stream) => drop(stream.recv().await),
                    None => std::future::pending().await,
                }
            })
        }
    }
}

#[cfg(not(unix))]
pub use elsewhere::{Raw, resized, size};

#[cfg(not(unix))]
mod elsewhere {
    #[derive(Debug)]
    pub struct Raw;

    impl Raw {
        pub fn enter() -> Self {
            Self
        }
    }

    pub fn size() -> (u16, u16) {
        (80, 24)
    }

    pub fn resized() -> impl FnMut() -> futures_util::future::BoxFuture<'static, ()> {
        || Box::pin(std::future::pending())
    }
}
