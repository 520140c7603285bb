//! The data collector: both payloads as they passed, and nothing where nothing is wanted.

use crate::client::{ask, connect, head, post};
use crate::container::Container;
use crate::stage::{Stage, deployment, endpoint, name};
use front_end::{Collected, Collector, Store};
use model::{CollectionMeters, DataCollector, Mirror, RollingRate, SamplingRate, ServedDeployment, UpstreamMode};
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-own: c\r\ncontent-length: 2\r\n\r\n[]";

/// Collection, path, headers of the event, length of the payload, and its beginning.
type Told = (String, Option<String>, Vec<(String, String)>, usize, String);

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<Told>>>);

impl Store for Kept {
    fn store(&mut self, collected: &Collected) -> io::Result<()> {
        let bytes = collected.payload.concat();
        let begin = String::from_utf8_lossy(&bytes[..bytes.len().min(20)]).into_owned();
        let event = collected.event.clone();
        self.0.lock().unwrap().push((event.collection, event.path, event.others, bytes.len(), begin));
        if begin_is(&bytes, b"refuse") { Err(io::Error::other("the disk is full")) } else { Ok(()) }
    }
}

fn begin_is(bytes: &[u8], word: &[u8]) -> bool {
    bytes.starts_with(word)
}

fn everything() -> DataCollector {
    DataCollector {
        collections: ["request".to_owned(), "response".to_owned()].into(),
        sampling_rate: SamplingRate::ALL,
        rolling_rate: RollingRate::Hour,
        capture_headers: vec!["X-Own".into(), "Authorization".into()],
    }
}

fn blue(container: &Container, upstream: UpstreamMode, collector: DataCollector) -> ServedDeployment {
    let collector = Some(Arc::new(collector));
    ServedDeployment { upstream, collector, ..deployment("blue", &[container.address]) }
}

struct Scene {
    stage: Stage,
    collector: Collector,
    kept: Kept,
}

impl Scene {
    async fn of(served: Vec<ServedDeployment>) -> Self {
        let kept = Kept::default();
        let collector = Collector::start(kept.clone()).unwrap();
        let stage = Stage::with(endpoint(served), |config| config.collector = Some(collector.clone())).await;
        Self { stage, collector, kept }
    }

    async fn told(&self) -> Vec<Told> {
        self.stage.quiet().await;
        assert!(self.collector.flush(Duration::from_secs(20)));
        std::mem::take(&mut *self.kept.0.lock().unwrap())
    }

    fn counted(&self, of: &str) -> CollectionMeters {
        let meters = self.stage.counters.meters();
        meters.deployments[&name("blue")].collections.get(of).cloned().unwrap_or_default()
    }
}

fn told(collection: &str, path: Option<&str>, own: &[&str], bytes: usize, begin: &str) -> Told {
    let headers = own.iter().map(|value| ("X-Own".to_owned(), (*value).to_owned())).collect();
    (collection.into(), path.map(str::to_owned), headers, bytes, begin.into())
}

#[tokio::test(crate = "crate::scene")]
async fn a_request_and_its_response() {
    for mode in [UpstreamMode::WholeBodyThenClose, UpstreamMode::Streaming] {
        let container = Container::says(OK).await;
        let scene = Scene::of(vec![blue(&container, mode, everything())]).await;
        let sent = post("x-own: a\r\n", "{\"a\": 1}").replace("/score", "/score?size=1");
        assert_eq!(ask(scene.stage.door, sent).await.text(), "[]");
        let expected =
            [told("request", Some("/score?size=1"), &["a"], 8, "{\"a\": 1}"), told("response", None, &["c"], 2, "[]")];
        assert_eq!(scene.told().await, expected, "{mode:?}");
        ask(scene.stage.door, head("GET /score", "")).await;
        assert_eq!(scene.told().await[0], told("request", Some("/score"), &[], 0, ""));
        let chunked = head("POST /score", "transfer-encoding: chunked\r\n");
        ask(scene.stage.door, format!("{chunked}3\r\nthe\r\n5\r\n body\r\n0\r\n\r\n")).await;
        assert_eq!(scene.told().await[0], told("request", Some("/score"), &[], 8, "the body"));
        assert_eq!(scene.counted("request").events, 3);
    }
}

#[tokio::test(crate = "crate::scene")]
async fn large_ones_are_collected_and_larger_ones_counted() {
    for mode in [UpstreamMode::WholeBodyThenClose, UpstreamMode::Streaming] {
        let container = Container::says(OK).await;
        let scene = Scene::of(vec![blue(&container, mode, everything())]).await;
        let large = "x".repeat(5 << 20);
        assert_eq!(ask(scene.stage.door, post("", &large)).await.status(), 200);
        assert_eq!(scene.told().await[0], told("request", Some("/score"), &[], 5 << 20, "xxxxxxxxxxxxxxxxxxxx"));
        let larger = "x".repeat((16 << 20) + 1);
        assert_eq!(ask(scene.stage.door, post("", &larger)).await.status(), 200);
        assert_eq!(scene.told().await, [told("response", None, &["c"], 2, "[]")]);
        assert_eq!(scene.counted("request").errors, [("too_large".to_owned(), 1)].into());
    }
}

#[tokio::test(crate = "crate::scene")]
async fn nothing_is_where_nothing_is_wanted() {
    let container = Container::says(OK).await;
    let never = DataCollector { sampling_rate: SamplingRate::of(0.0), ..everything() };
    let scene = Scene::of(vec![blue(&container, UpstreamMode::Streaming, never)]).await;
    assert_eq!(ask(scene.stage.door, post("", "{}")).await.status(), 200);
    let responses = DataCollector { collections: ["response".to_owned()].into(), ..everything() };
    scene.stage.publish(endpoint(vec![blue(&container, UpstreamMode::Streaming, responses)]));
    assert_eq!(ask(scene.stage.door, post("", "{}")).await.status(), 200);
    scene.stage.publish(endpoint(vec![deployment("blue", &[container.address])]));
    assert_eq!(ask(scene.stage.door, post("", "{}")).await.status(), 200);
    assert_eq!(scene.told().await, [told("response", None, &["c"], 2, "[]")]);
    // Who is not let in reaches no container.
    assert_eq!(ask(scene.stage.door, "POST /score HTTP/1.1\r\nhost: a\r\n\r\n").await.status(), 401);
    assert_eq!(scene.told().await, []);
}

#[tokio::test(crate = "crate::scene")]
async fn halves_are_counted_and_so_is_a_full_disk() {
    let container = Container::says("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
    let scene = Scene::of(vec![blue(&container, UpstreamMode::WholeBodyThenClose, everything())]).await;
    let mut client = connect(scene.stage.door).await;
    client.send(post("", "refuse")).await;
    drop(crate::client::answer(&mut client).await);
    drop(client);
    assert_eq!(scene.told().await, [told("request", Some("/score"), &[], 6, "refuse")]);
    assert_eq!(scene.counted("request").errors, [("disk".to_owned(), 1)].into());
    assert_eq!(scene.collector.fault().as_deref(), Some("the disk is full"));
    assert_eq!(scene.counted("response").errors, [("incomplete".to_owned(), 1)].into());
}

#[tokio::test(crate = "crate::scene")]
async fn a_mirrored_copy_is_collected_where_it_goes() {
    let (first, second) = (Container::says(OK).await, Container::says(OK).await);
    let copies = ServedDeployment { collector: Some(Arc::new(everything())), ..deployment("green", &[second.address]) };
    let mut served = endpoint(vec![deployment("blue", &[first.address]), copies]);
    served.mirror = Some(Mirror { deployment: name("green"), percent: 100 });
    let kept = Kept::default();
    let collector = Collector::start(kept.clone()).unwrap();
    let stage = Stage::with(served, |config| config.collector = Some(collector.clone())).await;
    let scene = Scene { stage, collector, kept };
    assert_eq!(ask(scene.stage.door, post("x-own: a\r\n", "{}")).await.status(), 200);
    let expected = [told("request", Some("/score"), &["a"], 2, "{}"), told("response", None, &["c"], 2, "[]")];
    assert_eq!(scene.told().await, expected);
}
