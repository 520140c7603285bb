//! Tokens of the managed identity.

use crate::table::{equal, run};
use model::{EndpointIdentity, UserAssigned};
use semantics::identity::{Verdict, asked, decide};
use serde::Deserialize;

pub const TABLES: &[&str] = &["identity"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    query: String,
    identity: Option<String>,
    assigned: Option<String>,
    expected: String,
}

#[test]
fn tokens_of_the_identity() {
    run("identity", |row: Row| {
        let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let query: Vec<_> = row.query.split('&').filter_map(pair).collect();
        let identity = row.identity.as_deref().map(|kind| match kind {
            "system_assigned" => EndpointIdentity::SystemAssigned,
            "user_assigned" => EndpointIdentity::UserAssigned(vec![UserAssigned {
                client_id: row.assigned.clone(),
                ..Default::default()
            }]),
            "none" => EndpointIdentity::None,
            other => panic!("no identity {other}"),
        });
        let found = match asked(&query) {
            None => "no resource".to_owned(),
            Some(asked) => match decide(identity.as_ref(), asked.of) {
                Verdict::Granted => format!("granted {}", asked.resource),
                Verdict::Doubted(_) => format!("doubted {}", asked.resource),
                Verdict::Refused(why) => format!("refused: {why}"),
            },
        };
        equal(found, row.expected)
    });
}
