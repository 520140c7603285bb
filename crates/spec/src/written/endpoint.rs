//! An endpoint file as written.

use super::{Fields, IntsWritten, Kept, Spanned, kept};
use crate::schema::Block;
use crate::schema::endpoint::{KUBERNETES, MANAGED};
use crate::source::At;
use crate::tree::Node;

#[derive(Debug)]
pub struct EndpointWritten {
    pub kubernetes: bool,
    pub name: Option<Spanned<String>>,
    pub auth_mode: Option<Spanned<&'static str>>,
    pub traffic: Option<IntsWritten>,
    pub mirror: Option<IntsWritten>,
    pub kept: Kept,
    pub at: At,
}

/// `compute` makes it a Kubernetes endpoint, as az decides it.
pub fn block(node: &Node) -> &'static Block {
    if node.entry("compute").is_some() { &KUBERNETES } else { &MANAGED }
}

impl EndpointWritten {
    pub fn read(node: &Node, at: At) -> Self {
        let fields = Fields { node };
        let block = block(node);
        Self {
            kubernetes: std::ptr::eq(block, &raw const KUBERNETES),
            name: fields.text("name"),
            auth_mode: fields.choice("auth_mode", &["key", "aml_token", "aad_token"]),
            traffic: fields.ints("traffic"),
            mirror: fields.ints("mirror_traffic"),
            kept: kept(node, block),
            at,
        }
    }
}
