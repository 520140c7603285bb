//! What is decided before anything runs, against the files of `fixtures/lifecycle`.
#![allow(clippy::unwrap_used, reason = "a test may fail where it stands")]

mod command;
mod conda;
#[allow(dead_code)]
#[path = "../support/deployment.rs"]
mod deployment;
mod fixture;
mod image_notes;
mod launch;
mod layout;
mod reach;
mod recipe;
mod signature;
mod traffic;
mod variables;
