//! The rest of a body whose request was refused. Closing on unread bytes would reset the connection, and the client
//! would lose the answer; so they are read away for a short while.

use crate::upload::Upload;
use http_body::Body;
use http_body_util::BodyExt;
use std::time::Duration;
use tokio::runtime::Handle;

const LONGEST: Duration = Duration::from_secs(2);
const MOST: usize = 16 << 20;

/// `waits`: the client sends nothing before `100 Continue`, which it must not get after an answer.
pub(crate) fn linger(body: Option<Upload>, waits: bool) {
    if let Some(body) = body.filter(|body| !waits && !body.is_end_stream()) {
        // Without a runtime nobody is left to be answered.
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async { tokio::time::timeout(LONGEST, read_away(body)).await });
    }
}

async fn read_away(mut body: Upload) {
    let mut read = 0;
    while let Some(Ok(frame)) = body.frame().await {
        read += frame.data_ref().map_or(0, |data| data.len());
        if read > MOST {
            return;
        }
    }
}
