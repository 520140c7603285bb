//! `x-ms-client-request-id`.

/// What is kept of the client's own id; `None`: nothing is.
pub fn client_request_id(_raw: &[u8]) -> Option<String> {
    unimplemented!()
}
