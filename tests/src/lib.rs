//! The words the tests are written in.
