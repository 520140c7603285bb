//! A debugger at what runs.

use crate::deployment::deployment;
use crate::port::Port;
use crate::stage::{Stage, serving};
use diagnosis::plan;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn limits_are_suspended_while_it_is_attached() {
    let port = Port::answering([200]).await;
    let (mut stage, blue) = (Stage::new([serving(&port)]), deployment());
    stage.up(&blue).await.unwrap();
    let before = stage.ready().await;
    stage.lifecycle.attached(&blue.endpoint, &blue.name, true);
    let during = stage.served(|served| served.limits.request_timeout > DAY).await;
    let kept = |limits: &model::Limits| limits.max_concurrent_requests_per_instance;
    assert_eq!((kept(&during.limits), &during.instances), (kept(&before.limits), &before.instances));
    stage.lifecycle.attached(&blue.endpoint, &blue.name, false);
    assert_eq!(stage.served(|served| served.limits.request_timeout < DAY).await, before);
    let said: Vec<_> = stage.all_said().await.into_iter().map(|said| said.code).collect();
    assert!(said.ends_with(&[plan::DEBUGGER_ATTACHED, plan::DEBUGGER_LEFT]), "{said:?}");
}
