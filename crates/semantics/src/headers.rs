//! Which headers pass, and which the front end adds. Names are lower case.

/// Ends at this hop, both ways.
pub fn is_hop_by_hop(_name: &str) -> bool {
    unimplemented!()
}

/// Never reaches the container (the credential, ids that are replaced).
pub fn is_withheld_from_container(_name: &str) -> bool {
    unimplemented!()
}

/// Of the container's answer, replaced or dropped before the client sees it.
pub fn is_withheld_from_client(_name: &str) -> bool {
    unimplemented!()
}
