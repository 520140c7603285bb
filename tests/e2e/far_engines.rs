//! An engine that is somebody else's neighbour: it has neither our files nor our loopback.

use dsl::{DevContainer, on_docker};

on_docker! {
    /// A dev container, or a job of container CI, with the socket of the host's engine.
    fn from_inside_a_container(home) {
        let inside = DevContainer::with(&home.project("scripted"));
        inside.runs("local-endpoint doctor").prints("files mounted or copied: the first start finds out; ports at the containers' addresses, network ");
        inside.runs("local-endpoint up -d").tells("src copied into each instance, where a program can change its copy");
        inside.runs("local-endpoint invoke --data '{\"echo\": 1}'").prints("{\"echo\": 1}");
        inside.runs("local-endpoint doctor").prints("files copied into instances; ports at the containers' addresses, network ");
        inside.runs("local-endpoint down --purge").tells("taken down");
        inside.left_nothing();
    }
}
