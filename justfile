# For people who like `just`. Nothing needs it: each line is the command itself.

# what can be made
default:
    @just --list

# what CI runs
ci:
    bash .ci/run

# every test; arguments go to cargo test
test *arguments:
    ./test {{arguments}}

fmt:
    cargo fmt --all

clippy:
    cargo clippy --workspace --all-targets --locked -- -D warnings

deny:
    cargo deny --locked check bans licenses sources

# the images of examples and tests
images *names:
    docker/build {{names}}

# serve the scikit-learn example and score one request
quickstart *arguments:
    ./quickstart {{arguments}}

# how many rules are our inference
inferred:
    cargo run --quiet --locked --package local-endpoint-semantics --example inferred
