//! `data_collector`.

use super::Form::{ListOf, MapOf, OneOf, Text, TextOr};
use super::assets::DATA;
use super::{Block, Form, azure_only, honoured};

pub static COLLECTOR: Block = Block {
    name: "data_collector",
    keys: &[&[
        honoured(
            "collections",
            MapOf(&Form::Block(&COLLECTION)),
            "What is collected, by name; `request` and `response` need no code",
        )
        .required(),
        honoured("rolling_rate", OneOf(&["minute", "hour", "day"]), "How often a new folder begins").default("hour"),
        honoured("sampling_rate", Form::Rate, "The part that is collected").default("1.0").range("0 to 1"),
        honoured("request_logging", Form::Block(&REQUEST_LOGGING), "What of the requests is logged"),
    ]],
};

static COLLECTION: Block = Block {
    name: "a collection",
    keys: &[&[
        honoured("enabled", OneOf(&["true", "false"]), "In quotes: az refuses a boolean here").required(),
        azure_only("data", TextOr(&DATA), "The data asset"),
        azure_only("client_id", Text, "Client id of the identity that writes"),
    ]],
};

static REQUEST_LOGGING: Block = Block {
    name: "request_logging",
    keys: &[&[honoured("capture_headers", ListOf(&Text), "Headers that are collected with `request` and `response`")]],
};
