//! Scoring ports, against real sockets.
#![allow(clippy::unwrap_used)]

use control::home::Home;
use control::state::{BoundPort, bind_scoring, preferred_port};
use diagnosis::{Exit, local};
use model::EndpointName;
use std::path::Path;
use tempfile::TempDir;

fn home() -> (TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home { state: folder.path().join("state"), cache: folder.path().join("cache") };
    (folder, home)
}

/// A port of the range that was free, and a listener on it.
fn taken(home: &Home) -> BoundPort {
    let preferred = preferred_port(&home.state, &EndpointName::new("taken"));
    bind_scoring(home, None, None, preferred).unwrap()
}

#[test]
fn a_preferred_port_is_stable_and_in_the_range() {
    let port = |project: &str, name: &str| preferred_port(Path::new(project), &EndpointName::new(name));
    assert_eq!(port("/p", "credit"), port("/p", "credit"));
    assert_ne!(port("/p", "credit"), port("/q", "credit"));
    assert_ne!(port("/p", "credit"), port("/p", "fraud"));
    assert!((0..1000).all(|number| (20000..=29999).contains(&port("/p", &format!("e{number}")))));
}

#[test]
fn a_taken_port_gives_way_to_the_next_free_one() {
    let (_folder, home) = home();
    let first = taken(&home);
    for (recorded, preferred) in [(None, first.port), (Some(first.port), 1)] {
        let next = bind_scoring(&home, None, recorded, preferred).unwrap();
        assert_eq!(next.moved_from, Some(first.port));
        assert!((20000..=29999).contains(&next.port) && next.port != first.port);
        assert!(next.listener.local_addr().unwrap().ip().is_loopback());
    }
}

#[test]
fn the_end_of_the_range_is_followed_by_its_beginning() {
    let (_folder, home) = home();
    // Whoever has the last one: us or somebody else.
    let _last = bind_scoring(&home, Some(29999), None, 0);
    let next = bind_scoring(&home, None, None, 29999).unwrap();
    assert_eq!(next.moved_from, Some(29999));
    assert!((20000..29999).contains(&next.port));
}

#[test]
fn an_explicit_port_that_is_taken_names_port_and_owner() {
    let (_folder, home) = home();
    let first = taken(&home);
    let fault = bind_scoring(&home, Some(first.port), None, 20000).unwrap_err();
    assert_eq!((fault.code, fault.exit()), (local::PORT_TAKEN, Exit::PortConflict));
    let port = first.port;
    if cfg!(target_os = "linux") {
        let name = std::fs::read_to_string("/proc/self/comm").unwrap();
        let owner = format!("{} (pid {})", name.trim(), std::process::id());
        assert!(fault.headline() == format!("port {port} is taken by {owner}"), "{}", fault.headline());
    }
}

#[test]
fn a_released_port_is_had_again() {
    let (_folder, home) = home();
    let BoundPort { listener, port, .. } = taken(&home);
    drop(listener);
    let again = bind_scoring(&home, None, Some(port), 1).unwrap();
    assert_eq!((again.port, again.moved_from), (port, None));
}
