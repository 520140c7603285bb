//! Words of real engines and registries.

use super::*;

fn kind(error: &EngineError) -> String {
    format!("{error:?}").split([' ', '(']).next().unwrap_or_default().to_owned()
}

#[test]
fn pulls_are_told_apart() {
    let rows = [
        (
            500,
            "Get \"https://mcr.microsoft.com/v2/\": dial tcp: lookup mcr.microsoft.com on 10.0.0.2:53: no such host",
            "Unreachable",
        ),
        (500, "Get \"http://127.0.0.1:5999/v2/\": dial tcp 127.0.0.1:5999: connect: connection refused", "Unreachable"),
        (500, "Get \"https://registry-1.docker.io/v2/\": dial tcp 1.2.3.4:443: i/o timeout", "Unreachable"),
        (500, "Get \"https://r.example/v2/\": x509: certificate signed by unknown authority", "Unreachable"),
        (500, "Get \"https://r.example/v2/\": net/http: TLS handshake timeout", "Unreachable"),
        (
            404,
            "pull access denied for nobody/nothing, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            "Denied",
        ),
        (500, "Head \"https://x.azurecr.io/v2/a/manifests/1\": unauthorized: authentication required", "Denied"),
        (500, "unexpected status from HEAD request to https://ghcr.io/v2/x/manifests/1: 403 Forbidden", "Denied"),
        (404, "manifest for busybox:nope not found: manifest unknown: manifest unknown", "ImageNotFound"),
        (404, "No such image: x:1", "ImageNotFound"),
        (500, "failed to register layer: write /lib/x: no space left on device", "DiskFull"),
        (500, "Get \"http://127.0.0.1:5999/v2/\": EOF", "Unreachable"),
        (
            500,
            "Get \"https://r.example/v2/\": read tcp 10.0.0.1:4->1.2.3.4:443: read: connection reset by peer",
            "Unreachable",
        ),
        (500, "Head \"http://127.0.0.1:5962/v2/a/manifests/1\": no basic auth credentials", "Denied"),
        (500, "denied", "Denied"),
        (500, "error parsing HTTP 403 response body: invalid character '<': \"<html>no</html>\"", "Denied"),
        (500, "no matching manifest for linux/arm64 in the manifest list entries", "ImageNotFound"),
        (500, "Get \"http://127.0.0.1:5971/v2/a/manifests/sha256:44\": EOF", "RegistryFailed"),
        (500, "toomanyrequests: You have reached your pull rate limit", "RegistryFailed"),
        (500, "received unexpected HTTP status: 503 Service Unavailable", "RegistryFailed"),
    ];
    for (status, message, expected) in rows {
        let error = Error::DockerResponseServerError { status_code: status, message: message.to_owned() };
        assert_eq!(kind(&pull("a/b:1", false, error)), expected, "{message}");
    }
    // A download that broke off comes as the last line of the stream, after five tries of the engine's own.
    let cut = Error::DockerStreamError { error: "EOF".into() };
    assert_eq!(kind(&pull("a/b:1", true, cut)), "RegistryFailed");
}

#[test]
fn a_signed_address_is_not_told() {
    let said = "Get \"https://store.blob.core.windows.net/a/data?se=2026&sig=SECRET\": EOF; really? https://r/a?b";
    let told = "Get \"https://store.blob.core.windows.net/a/data\": EOF; really? https://r/a";
    assert_eq!(without_queries(said), told);
}

#[test]
fn starts_are_told_apart() {
    let missing = "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"azmlinfsrv\": executable file not found in $PATH: unknown";
    let path = "OCI runtime create failed: exec: \"/nope\": stat /nope: no such file or directory: unknown";
    let taken = "driver failed programming external connectivity on endpoint x (ab): Bind for 127.0.0.1:18555 failed: port is already allocated";
    assert!(
        matches!(start_said("i", 400, missing.into()), EngineError::ProgramNotFound { program } if program == "azmlinfsrv")
    );
    assert!(
        matches!(start_said("i", 400, path.into()), EngineError::ProgramNotFound { program } if program == "/nope")
    );
    assert!(matches!(start_said("i", 500, taken.into()), EngineError::PortTaken(18555)));
    assert!(matches!(start_said("i", 404, "No such image: i".into()), EngineError::ImageNotFound { .. }));
}
