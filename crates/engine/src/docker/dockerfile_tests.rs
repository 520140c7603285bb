use super::*;

#[test]
fn the_builder_it_is_written_for() {
    let buildkit = |why: &str| Wants::BuildKit(why.to_owned());
    let rather = |why: &str| Wants::Rather(why.to_owned());
    let rows = [
        ("FROM a\nRUN b", Wants::Nothing),
        ("# syntax=docker/dockerfile:1\nFROM a", rather("`# syntax=`")),
        ("# escape=`\n#syntax = docker/dockerfile:1\nFROM a", rather("`# syntax=`")),
        ("# a comment\n# syntax=docker/dockerfile:1\nFROM a", Wants::Nothing),
        ("FROM a\nRUN --mount=type=cache,target=/x b", buildkit("line 2: RUN --mount")),
        ("FROM a\n\nrun --network=none \\\n  --mount=type=secret,id=x c", buildkit("line 3: RUN --network")),
        ("FROM a\nRUN b --mount", Wants::Nothing),
        ("FROM a\nCOPY --chown=1 --chmod=755 a b", buildkit("line 2: COPY --chmod")),
        ("FROM a\nCOPY --from=x --chown=1 a b", Wants::Nothing),
        ("FROM a\nRUN <<EOF\nFROM b\nEOF\nRUN c", buildkit("line 2: RUN <<")),
        ("FROM a\nCOPY <<\"END\" /x\n--mount\nEND", buildkit("line 2: COPY <<")),
        ("FROM a\nRUN echo $((1<<SHIFT))", Wants::Nothing),
        ("FROM --platform=$BUILDPLATFORM a", buildkit("line 1: FROM $BUILDPLATFORM")),
        ("FROM a\nARG ONE=1 TARGETARCH\nRUN get $TARGETARCH", rather("line 2: `ARG TARGETARCH`")),
        ("ARG TARGETVARIANT\nFROM a", rather("line 1: `ARG TARGETVARIANT`")),
        ("FROM a\nARG TARGETARCH=amd64\nENV TARGETOS=x", Wants::Nothing),
        ("FROM a\nARG TARGETOS\nRUN --mount=type=ssh b", buildkit("line 3: RUN --mount")),
        ("FROM a\nRUN b \\\n# a comment\n  --mount c", Wants::Nothing),
    ];
    for (text, expected) in rows {
        assert_eq!(Dockerfile::parse(text).wants(), expected, "{text}");
    }
}

#[test]
fn what_it_stands_on() {
    let rows: &[(&str, &[&str])] = &[
        ("FROM python:3.11", &["python:3.11"]),
        ("from python:3.11 as build\nFROM scratch\nCOPY --from=build /a /a", &["python:3.11"]),
        ("FROM a AS one\nFROM one AS two\nFROM TWO\nCOPY --from=0 a b\nCOPY --from=nginx:1 a b", &["a", "nginx:1"]),
        ("ARG TAG=1\nARG BASE=\"b\"\nFROM ${BASE}:$TAG", &["b:1"]),
        ("ARG TAG\nFROM a:$TAG", &[]),
        ("FROM --platform=linux/amd64 a", &["a"]),
        ("FROM a\nRUN <<EOF\nFROM b\nEOF", &["a"]),
        ("FROM a\nRUN --mount=type=bind,from=c,target=/x b", &["a"]),
        ("", &[]),
    ];
    for (text, expected) in rows {
        assert_eq!(Dockerfile::parse(text).images(), *expected, "{text}");
    }
}
