//! `local-endpoint.toml`: choices for this machine only.

use super::Form::{ListOf, MapOf, OneOf, Text};
use super::{Block, Form, honoured};

pub const FILE: &str = "local-endpoint.toml";

pub static OVERLAY: Block = Block {
    name: FILE,
    keys: &[&[
        honoured("images", MapOf(&Form::Text), "The image of the Azure YAML = the image to run instead"),
        honoured("models", MapOf(&Form::Text), "`name:version` or `name` = a path"),
        honoured(
            "environments",
            MapOf(&Form::TextOr(&ENVIRONMENT)),
            "`name:version` or `name` = the path of an environment's YAML, an image, or image and conda file",
        ),
        honoured(
            "secrets",
            MapOf(&Form::TextOr(&SECRET)),
            "What a reference stands for: `azureml://connections/...` or `keyvault:https://...`, with or without the version \
             = the value, or where it is to be had",
        ),
        honoured("identity", Form::Block(&IDENTITY), "What stands in for the endpoint's managed identity")
            .default("none: a token is refused at once"),
        honoured("build", Form::Block(&BUILD), "How images are built"),
        honoured("check", Form::Block(&CHECK), "What `check` looks at"),
        honoured(
            "quota",
            MapOf(&Form::Int),
            "vCPUs that Azure gives you, by instance type, by family (`DSv2`) or in `total`; \
             `deployments_per_endpoint` (20) and `instances_per_deployment` (50) where Azure raised yours",
        ),
    ]],
};

/// A plain string stands for `image` or for the path of an environment's YAML.
pub static ENVIRONMENT: Block = Block {
    name: "an environment",
    keys: &[&[
        honoured("image", Text, "The image").required(),
        honoured("conda_file", Text, "Path of a conda file, relative to this file"),
    ]],
};

/// Of the two one; a plain string is the value itself.
static SECRET: Block = Block {
    name: "a secret",
    keys: &[&[
        honoured("env", Text, "The variable of this machine's environment that has it"),
        honoured("file", Text, "The file that has it, relative to this file; a newline at its end is left out"),
    ]],
};

/// Of the three one.
static IDENTITY: Block = Block {
    name: "[identity]",
    keys: &[&[
        honoured(
            "token",
            OneOf(TOKENS),
            "`az`: those of your `az login`; `fake`: made up; `machine`: score.py asks this machine's own metadata service",
        ),
        honoured(
            "command",
            ListOf(&Form::Text),
            "A command that prints a token, or what `az account get-access-token` prints; `{resource}` is whom it is for",
        ),
        honoured("env", Text, "The variable of this machine's environment that has the token"),
    ]],
};

/// The words that `[identity] token` takes.
pub const TOKENS: &[&str] = &["az", "fake", "machine"];

static BUILD: Block = Block {
    name: "[build]",
    keys: &[&[
        honoured("ca_certificates", ListOf(&Form::Text), "Certificate files that builds trust, too"),
        honoured("deadline", Form::Int, "Seconds until a build is ended").default("5400").range("1 or more"),
    ]],
};

static CHECK: Block = Block {
    name: "[check]",
    keys: &[&[honoured("ignore", ListOf(&Form::Text), "Findings to leave out, by id (`LE051`) or name")]],
};
