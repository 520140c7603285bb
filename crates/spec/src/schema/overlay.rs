//! `local-endpoint.toml`: choices for this machine only.

use super::Form::{ListOf, MapOf, Text};
use super::{Block, Form, honoured};

pub const FILE: &str = "local-endpoint.toml";

pub static OVERLAY: Block = Block {
    name: FILE,
    keys: &[&[
        honoured("images", MapOf(&Form::Text)),
        honoured("models", MapOf(&Form::Text)),
        honoured("environments", MapOf(&Form::TextOr(&ENVIRONMENT))),
        honoured("secrets", MapOf(&Form::Text)),
        honoured("build", Form::Block(&BUILD)),
        honoured("check", Form::Block(&CHECK)),
        honoured("quota", MapOf(&Form::Int)),
    ]],
};

/// A plain string stands for `image` or for the path of an environment's YAML.
pub static ENVIRONMENT: Block =
    Block { name: "an environment", keys: &[&[honoured("image", Text).required(), honoured("conda_file", Text)]] };

static BUILD: Block = Block { name: "[build]", keys: &[&[honoured("ca_certificates", ListOf(&Form::Text))]] };

static CHECK: Block = Block { name: "[check]", keys: &[&[honoured("ignore", ListOf(&Form::Text))]] };
