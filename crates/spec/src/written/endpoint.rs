//! An endpoint file as written.

use super::{Fields, IntsWritten, Kept, Spanned, kept};
use crate::schema::Block;
use crate::schema::endpoint::{KINDS, KUBERNETES, MANAGED};
use crate::source::At;
use crate::tree::Node;
use model::UserAssigned;

#[derive(Debug)]
pub struct EndpointWritten {
    pub kubernetes: bool,
    pub name: Option<Spanned<String>>,
    pub auth_mode: Option<Spanned<&'static str>>,
    pub traffic: Option<IntsWritten>,
    pub mirror: Option<IntsWritten>,
    pub identity: Option<IdentityWritten>,
    pub kept: Kept,
    pub at: At,
}

#[derive(Debug)]
pub struct IdentityWritten {
    pub kind: &'static str,
    pub assigned: Vec<UserAssigned>,
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
            identity: IdentityWritten::read(fields),
            kept: kept(node, block),
            at,
        }
    }
}

impl IdentityWritten {
    fn read(fields: Fields<'_>) -> Option<Self> {
        let (block, _) = fields.block("identity")?;
        let kind = block.choice("type", KINDS)?.value;
        let assigned = block.node.get("user_assigned_identities").map(Node::items).unwrap_or_default();
        Some(Self { kind, assigned: assigned.iter().map(assigned_by).collect() })
    }
}

fn assigned_by(node: &Node) -> UserAssigned {
    let text = |key: &str| node.get(key).and_then(Node::text).map(str::to_owned);
    UserAssigned { resource_id: text("resource_id"), client_id: text("client_id"), object_id: text("object_id") }
}
