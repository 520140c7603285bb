//! What is asked arrives, and what is answered comes back whole.

use crate::fake::Running;
use control::{About, Applied, Desired, KeyName, LogContainer, LogQuery, TokenQuery, TrafficChange};
use diagnosis::{Diagnosis, local};
use futures_util::stream::TryStreamExt;
use model::{Credentials, DeploymentName, FaultKind, FaultWanted, Probed, RunOptions, Share};

#[tokio::test]
async fn every_verb_reaches_the_emulator() {
    let running = Running::start().await;
    let client = running.client().await;
    let desired = Desired { project: "/p".into(), endpoints: vec![], options: RunOptions::default(), written: None };
    let traffic = Some([(DeploymentName::new("blue"), 90)].into());
    let change = TrafficChange { traffic, mirror: None };
    let wanted = TokenQuery { audience: Some("a&b".into()), tenant: None, lifetime: Some(5) };

    assert_eq!(client.about(), &About::this("/p".into()));
    assert_eq!(client.status().await.unwrap().pid, 7);
    assert_eq!(client.apply(&desired).await.unwrap(), Applied { changed: true, from_event: 4 });
    let shown = client.credentials("a b/ü?", &TokenQuery::default()).await.unwrap();
    assert_eq!(shown.bearer(), "a b/ü?");
    let Credentials::Token(token) = client.credentials("credit", &wanted).await.unwrap() else { panic!("no token") };
    assert_eq!((token.access_token.as_str(), token.expiry_time_utc), ("a&b", 5));
    assert_eq!(client.regenerate("credit", KeyName::Secondary).await.unwrap().secondary_key, "second");
    assert_eq!(client.memory().await.unwrap()[0].limit_bytes, Some(2));
    assert_eq!(client.explain("known").await.unwrap(), Some(Diagnosis::note(local::INTERNAL, "because")));
    assert_eq!(client.explain("other").await.unwrap(), None);
    let set = client.set_traffic("credit", &change).await.unwrap();
    assert_eq!((Some(set.traffic), set.mirror.len()), (change.traffic.clone(), 0));
    let fault = FaultWanted { share: "every 3rd".parse().unwrap(), ..slow() };
    assert_eq!(client.begin_fault("credit", &fault).await.unwrap().endpoint, "credit");
    assert_eq!(client.faults("a b/ü?").await.unwrap().endpoint, "a b/ü?");
    client.end_faults("credit", vec!["slow-1".into()]).await.unwrap();
    client.shutdown(vec!["credit".into()]).await.unwrap();
    assert_eq!(
        *running.fake.asked.lock().unwrap(),
        [
            "apply /p",
            "regenerate credit Secondary",
            r#"traffic credit TrafficChange { traffic: Some({DeploymentName("blue"): 90}), mirror: None }"#,
            &format!("chaos credit {fault:?}"),
            r#"end credit ["slow-1"]"#,
            r#"down ["credit"]"#
        ]
    );
}

fn slow() -> FaultWanted {
    FaultWanted {
        kind: FaultKind::Slow,
        deployment: Some("blue".into()),
        instance: None,
        for_ms: Some(1),
        seed: 7,
        share: Share::ALL,
        delay_ms: 500,
        jitter_ms: 10,
        probe: Probed::Readiness,
    }
}

/// Whoever speaks to the API without the command writes no more than this.
#[tokio::test]
async fn a_fault_is_asked_for_in_few_words() {
    let wanted: FaultWanted = serde_json::from_str(r#"{"kind": "probe-fail"}"#).unwrap();
    let usual = FaultWanted {
        kind: FaultKind::ProbeFail,
        deployment: None,
        for_ms: None,
        seed: 0,
        delay_ms: 0,
        jitter_ms: 0,
        probe: Probed::Both,
        ..slow()
    };
    assert_eq!(wanted, usual);
    let unknown = serde_json::from_str::<FaultWanted>(r#"{"kind": "slow", "share": "all"}"#).unwrap_err();
    assert!(unknown.to_string().starts_with("write 30% or \"every 3rd\""), "{unknown}");
}

#[tokio::test]
async fn log_queries_and_lines_survive_the_way() {
    let running = Running::start().await;
    let client = running.client().await;
    let query = LogQuery {
        endpoint: Some("a&b=c d".into()),
        deployment: None,
        lines: Some(20),
        follow: true,
        traffic: true,
        as_azure: true,
        container: LogContainer::StorageInitializer,
    };
    let lines: Vec<String> = client.logs(&query).await.unwrap().try_collect().await.unwrap();
    assert_eq!(lines, ["one", "zwei\nmit \"Umbruch\""]);
    drop(client.logs(&LogQuery::default()).await.unwrap());
    let asked = [format!("{query:?}"), format!("{:?}", LogQuery::default())];
    assert_eq!(*running.fake.asked.lock().unwrap(), asked);
}

#[tokio::test]
async fn an_error_comes_back_as_it_was_said() {
    let running = Running::start().await;
    let query = LogQuery { deployment: Some("green".into()), ..LogQuery::default() };
    let fault = running.client().await.logs(&query).await.err().unwrap();
    assert_eq!(fault, Diagnosis::error(local::DEPLOYMENT_NOT_FOUND, "no green").fact("a", "b"));
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_next_request_works() {
    let running = Running::start().await;
    let client = running.client().await;
    let query = LogQuery { deployment: Some("panics".into()), ..LogQuery::default() };
    assert_eq!(client.logs(&query).await.err().unwrap().code, local::INTERNAL);
    assert_eq!(client.status().await.unwrap().pid, 7);
}
