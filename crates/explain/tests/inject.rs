//! What `up --inject-error` takes, and what it fails with.

#![allow(clippy::unwrap_used)]

use diagnosis::{Exit, Origin};
use explain::{Here, Kind, NotInjected, catalogue, inject, injectable};

#[test]
fn each_is_an_error_that_only_the_cloud_raises() {
    let names: Vec<_> = injectable().collect();
    assert!(names.contains(&"region-wide-vm-capacity") && names.contains(&"ACRSecretError"), "{names:?}");
    for name in names {
        let row = catalogue().rows.iter().find(|row| row.name == name).unwrap();
        let kind = if row.kind == Kind::Kubernetes { Kind::Kubernetes } else { Kind::Managed };
        let found = inject(name, kind, "blue").unwrap();
        assert_eq!((row.here, found.code.row().origin), (Here::Cloud, Origin::Azure), "{name}");
        assert_eq!(found.code.name(), row.of.as_deref().unwrap_or(name));
        assert_eq!(found.facts.last().unwrap().0, "injected", "{name}");
    }
}

#[test]
fn exit_codes_are_those_of_the_kind_of_failure() {
    let exit = |name| inject(name, Kind::Managed, "blue").unwrap().exit();
    assert_eq!(exit("image-build-compute-not-set-in-a-private-workspace-with-virtual-network"), Exit::ImageFailed);
    assert_eq!(exit("CLUSTER-QUOTA"), Exit::StartFailed);
}

#[test]
fn what_this_machine_can_raise_is_not_injected() {
    let refused = |name, kind| inject(name, kind, "blue").unwrap_err();
    for name in ["UserScriptInitFailed", "ResourceNotReady", "429", "500", "NoSuchError", ""] {
        assert_eq!(refused(name, Kind::Managed), NotInjected::Unknown, "{name}");
    }
    assert_eq!(refused("ACRSecretError", Kind::Managed), NotInjected::OtherKind(Kind::Kubernetes));
    assert_eq!(refused("cluster-quota", Kind::Kubernetes), NotInjected::OtherKind(Kind::Managed));
}
