//! From `up` to `down`.

use dsl::{json, on_both_engines};

on_both_engines! {
    fn hello_from_up_to_down(home) {
        let hello = home.example("hello").serves([]);
        hello.score(json!({"name": "Ada"})).is(200).says(json!({"answer": "Hello, Ada!"}));
        hello.run(["status"]).succeeds().like("status");
        hello.run(["down"]).succeeds().like("down");
        hello.left_nothing();
    }
}
