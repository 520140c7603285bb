//! What stands behind the door in `bench/front-door`: reads the body, answers 60 bytes, or 10 MiB below `/down`.

use bytes::Bytes;
use clap::Parser;
use http::header::{CONNECTION, CONTENT_TYPE, HeaderValue};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1::Builder;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

const SMALL: &[u8] = br#"{"predictions": [0.1234567890, 0.2345678901, 0.3456789012]}"#;

#[derive(Parser, Clone, Copy)]
struct Options {
    #[arg(long)]
    port: u16,
    /// Every connection is good for one request, as the inference server has it.
    #[arg(long)]
    close: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let options = Options::parse();
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    let large = Bytes::from(vec![b'x'; 10 << 20]);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let large = large.clone();
        let service = service_fn(move |request| answer(request, large.clone(), options.close));
        tokio::spawn(Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn answer(request: Request<Incoming>, large: Bytes, close: bool) -> hyper::Result<Response<Full<Bytes>>> {
    let (head, mut body) = request.into_parts();
    while let Some(frame) = body.frame().await {
        frame?;
    }
    let down = head.uri.path().ends_with("/down");
    let mut response = Response::new(Full::new(if down { large } else { Bytes::from_static(SMALL) }));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if close {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}
