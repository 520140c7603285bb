//! Models and environments as written.

use super::{Fields, Spanned};
use crate::source::At;
use crate::tree::Node;
use semantics::unpack;

/// A reference, or the asset itself.
#[derive(Debug)]
pub enum AssetWritten<T> {
    Reference(Spanned<String>),
    Inline(T),
}

impl<T> AssetWritten<T> {
    pub fn read(fields: Fields<'_>, key: &str, read: impl Fn(&Node, At) -> T) -> Option<Self> {
        match fields.block(key) {
            Some((block, at)) => Some(Self::Inline(read(block.node, at))),
            None => fields.text(key).map(Self::Reference),
        }
    }
}

#[derive(Debug)]
pub struct ModelWritten {
    pub name: Option<Spanned<String>>,
    pub version: Option<Spanned<String>>,
    pub path: Option<Spanned<String>>,
    pub kind: Option<Spanned<&'static str>>,
    /// The property that says so.
    pub unpack: bool,
    /// The key that opens the block, or the start of its file.
    pub at: At,
}

impl ModelWritten {
    pub fn read(node: &Node, at: At) -> Self {
        let fields = Fields { node };
        Self {
            name: fields.text("name"),
            version: fields.scalar("version"),
            path: fields.text("path"),
            kind: fields.choice("type", &["custom_model", "mlflow_model", "triton_model"]),
            unpack: fields
                .block("properties")
                .and_then(|(properties, _)| properties.scalar(unpack::PROPERTY))
                .is_some_and(|value| unpack::asked(&value.value)),
            at,
        }
    }
}

#[derive(Debug)]
pub struct EnvironmentWritten {
    pub name: Option<Spanned<String>>,
    pub image: Option<Spanned<String>>,
    pub conda: Option<CondaWritten>,
    pub build: Option<BuildWritten>,
    /// Liveness, readiness, scoring.
    pub inference: Option<[Option<RouteWritten>; 3]>,
    pub os_type: Option<Spanned<&'static str>>,
    /// A conda file stands where the environment was expected; it has been reported.
    pub is_conda: bool,
    pub at: At,
}

#[derive(Debug)]
pub enum CondaWritten {
    Path(Spanned<String>),
    Inline(Node, At),
}

#[derive(Debug)]
pub struct BuildWritten {
    /// az loads a build without it.
    pub path: Option<Spanned<String>>,
    pub at: At,
    pub dockerfile: Option<Spanned<String>>,
}

#[derive(Debug)]
pub struct RouteWritten {
    pub port: Spanned<i64>,
    pub path: Spanned<String>,
}

impl EnvironmentWritten {
    pub fn read(node: &Node, at: At) -> Self {
        let fields = Fields { node };
        Self {
            name: fields.text("name"),
            image: fields.text("image"),
            conda: CondaWritten::read(fields),
            build: fields.block("build").map(|(block, at)| BuildWritten {
                path: block.text("path"),
                at,
                dockerfile: block.text("dockerfile_path"),
            }),
            inference: fields.block("inference_config").map(|(block, _)| {
                ["liveness_route", "readiness_route", "scoring_route"].map(|key| RouteWritten::read(block, key))
            }),
            is_conda: node.entry("dependencies").is_some(),
            os_type: fields.choice("os_type", &["linux", "windows"]),
            at,
        }
    }
}

impl CondaWritten {
    fn read(fields: Fields<'_>) -> Option<Self> {
        match fields.block("conda_file") {
            Some((block, at)) => Some(Self::Inline(block.node.clone(), at)),
            None => fields.text("conda_file").map(Self::Path),
        }
    }
}

impl RouteWritten {
    fn read(fields: Fields<'_>, key: &str) -> Option<Self> {
        let (block, _) = fields.block(key)?;
        Some(Self { port: block.int("port")?, path: block.text("path")? })
    }
}
