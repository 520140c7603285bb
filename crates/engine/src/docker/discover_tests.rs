//! Discovery from values; sockets in temporary folders.

use super::*;
use std::path::PathBuf;

fn environment(home: &Path, vars: &[(&str, &str)]) -> Environment {
    let vars = vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Environment { home: Some(home.to_owned()), vars }
}

fn names(environment: &Environment) -> Vec<(String, Result<String, String>)> {
    places(environment).into_iter().map(|place| (place.name, place.address)).collect()
}

#[test]
fn docker_host_is_the_only_place() {
    let environment =
        environment(Path::new("/home/a"), &[("DOCKER_HOST", "tcp://10.0.0.1:2375"), ("DOCKER_CONTEXT", "x")]);
    assert_eq!(names(&environment), [("DOCKER_HOST".into(), Ok("tcp://10.0.0.1:2375".into()))]);
}

#[test]
fn the_current_context_is_the_only_place() {
    let home = tempfile::tempdir().unwrap();
    let key = "f24fd3749c1368328e2b149bec149cb6795619f244c5b584e844961215dadd16"; // sha256 of "colima"
    let meta = home.path().join(".docker/contexts/meta").join(key);
    std::fs::create_dir_all(&meta).unwrap();
    std::fs::write(home.path().join(".docker/config.json"), r#"{"auths":{},"currentContext":"colima"}"#).unwrap();
    let text =
        r#"{"Name":"colima","Metadata":{},"Endpoints":{"docker":{"Host":"unix:///c.sock","SkipTLSVerify":false}}}"#;
    std::fs::write(meta.join("meta.json"), text).unwrap();
    let expected = [("context colima (docker context use)".into(), Ok("unix:///c.sock".into()))];
    assert_eq!(names(&environment(home.path(), &[("DOCKER_HOST", "")])), expected);
}

#[test]
fn context_default_means_the_usual_places() {
    let places =
        names(&environment(Path::new("/home/a"), &[("DOCKER_CONTEXT", "default"), ("XDG_RUNTIME_DIR", "/run/u")]));
    assert_eq!(places[0], ("Docker".into(), Ok("unix:///var/run/docker.sock".into())));
    assert_eq!(places[1], ("rootless Docker".into(), Ok("unix:///run/u/docker.sock".into())));
    assert!(places.contains(&("colima".into(), Ok("unix:///home/a/.colima/default/docker.sock".into()))));
    assert!(places.contains(&("OrbStack".into(), Ok("unix:///home/a/.orbstack/run/docker.sock".into()))));
}

#[tokio::test]
async fn a_chosen_place_that_fails_ends_the_search() {
    let home = tempfile::tempdir().unwrap();
    for vars in [("DOCKER_HOST", "unix:///nowhere.sock"), ("DOCKER_CONTEXT", "gone"), ("DOCKER_HOST", "ftp://x")] {
        let found = discover(&environment(home.path(), &[vars]), home.path()).await;
        assert!(found.engine.is_none());
        assert_eq!(found.tries.len(), 1, "{:?}", found.tries);
        assert!(found.tries[0].outcome.is_err() && !found.tries[0].mend.is_empty());
    }
}

#[tokio::test]
async fn a_socket_that_never_answers_is_given_up() {
    let home = tempfile::tempdir().unwrap();
    let socket: PathBuf = home.path().join("mute.sock");
    let _listener = tokio::net::UnixListener::bind(&socket).unwrap();
    let host = format!("unix://{}", socket.display());
    let found = discover(&environment(home.path(), &[("DOCKER_HOST", &host)]), home.path()).await;
    assert_eq!(found.tries[0].outcome, Err("no answer within 2 s".into()));
}

#[cfg(not(feature = "remote-docker"))]
#[tokio::test]
async fn what_needs_more_than_this_binary_has_says_what_to_do() {
    let tls = "unset DOCKER_HOST for the engine of this machine; or cargo install with --features remote-docker";
    let vars = [("DOCKER_HOST", "tcp://host:2376"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/certs")];
    let found = discover(&environment(Path::new("/"), &vars), Path::new("/")).await;
    assert_eq!(found.tries[0].mend, tls);
}

#[test]
fn permission_is_given_where_it_was_denied() {
    let rows = [
        ("unix:///var/run/docker.sock", "sudo usermod -aG docker $USER, then log in again"),
        ("unix:///run/podman/podman.sock", "systemctl --user start podman.socket"),
        ("unix:///home/a/.colima/default/docker.sock", "start it"),
        (
            "ssh://me@host:2222",
            "see that `ssh ssh://me@host:2222 docker version` answers without a question; or start it",
        ),
    ];
    for (address, mend) in rows {
        let place = Place { name: "it".into(), address: Ok(address.into()), mend: "start it".into(), tls: None };
        assert_eq!(place_tried(&place, &Err("Permission denied (os error 13)".into())).mend, mend, "{address}");
    }
}

#[test]
fn a_choice_is_undone_the_way_it_was_made() {
    let rows = [
        ("DOCKER_HOST", "unset DOCKER_HOST for"),
        ("context far (DOCKER_CONTEXT)", "unset DOCKER_CONTEXT for"),
        ("context far (docker context use)", "`docker context use default` for"),
    ];
    for (place, mend) in rows {
        assert!(without_feature(place).starts_with(mend), "{place}");
    }
}
