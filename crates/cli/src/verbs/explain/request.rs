//! `explain X-REQUEST-ID`: why a request to an endpoint that runs failed.

use crate::console::Console;
use crate::printed::Printed;
use control::Home;
use control::client::Client;
use control::state::{ProjectState, all_projects};
use diagnosis::{Diagnosis, Style, local, print};
use futures_util::future::try_join_all;
use serde::Serialize;

/// As every answer of a front door has it: a GUID.
pub fn is_id(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12] && groups.concat().bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[derive(Serialize)]
struct Explained {
    diagnosis: Diagnosis,
}

pub async fn explain(home: &Home, id: &str, printed: &Printed, console: &Console) -> Result<(), Diagnosis> {
    let id = id.to_lowercase();
    let running = all_projects(home)?.known.into_iter().map(|known| known.state).filter(ProjectState::alive);
    // At once: an emulator waits a moment for a request that it does not know.
    let told = try_join_all(running.map(|state| asked(state, &id))).await?;
    let Some(diagnosis) = told.into_iter().flatten().next() else {
        let message = format!("no request {id} failed at an endpoint that runs");
        return Err(
            Diagnosis::error(local::NOTHING_TO_EXPLAIN, message).remedy("`local-endpoint logs --traffic` has them all")
        );
    };
    let human = |it: &Explained| print(&it.diagnosis, Style::Coloured).trim_end().to_owned();
    super::say(Explained { diagnosis }, human, printed, console)
}

async fn asked(state: ProjectState, id: &str) -> Result<Option<Diagnosis>, Diagnosis> {
    Client::connect(&state).await?.explain(id).await
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_id_is_a_guid() {
        let is = super::is_id;
        assert!(is("5c1f68bc-12f2-4c92-83c5-8edc783721db") && is("5C1F68BC-12F2-4C92-83C5-8EDC783721DB"));
        assert!(
            !is("LE012") && !is("5c1f68bc-12f2-4c92-83c5-8edc783721dx") && !is("model-not-ready-for-a-momentarily")
        );
    }
}
