//! The scoring request of `invoke`.

use crate::fake::nobody;
use control::invoke::{ScoringRequest, score};
use diagnosis::{Exit, local};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn request(uri: String) -> ScoringRequest {
    ScoringRequest { uri, key: "k3y".into(), deployment: Some("green".into()), body: "{\"data\": [1]}".into() }
}

#[tokio::test]
async fn what_is_sent_and_what_comes_back() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut sent = vec![];
        while !sent.ends_with(b"[1]}") {
            assert!(stream.read_buf(&mut sent).await.unwrap() > 0);
        }
        let answer = "HTTP/1.1 424 Failed Dependency\r\nx-request-id: 1\r\nContent-Length: 4\r\n\r\nnope";
        stream.write_all(answer.as_bytes()).await.unwrap();
        String::from_utf8(sent).unwrap()
    };
    let (sent, answer) = tokio::join!(serving, score(request(format!("http://{address}/score?a=b"))));
    let expected = format!(
        "POST /score?a=b HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer k3y\r\n\
         content-type: application/json\r\nazureml-model-deployment: green\r\ncontent-length: 13\r\n\r\n{{\"data\": [1]}}"
    );
    assert_eq!(sent, expected);
    let answer = answer.unwrap();
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (424, &b"nope"[..]));
    assert_eq!(answer.headers["x-request-id"], "1");
}

#[tokio::test]
async fn nobody_there_and_no_address() {
    let nobody = nobody();
    let port = nobody.local_addr().unwrap().port();
    for uri in [format!("http://127.0.0.1:{port}/score"), "https://127.0.0.1/score".into(), "score".into()] {
        let fault = score(request(uri.clone())).await.unwrap_err();
        assert_eq!((fault.code, fault.exit()), (local::SCORING_UNREACHABLE, Exit::UserThingFailed));
        assert!(fault.headline().starts_with(&uri), "{}", fault.headline());
    }
}
