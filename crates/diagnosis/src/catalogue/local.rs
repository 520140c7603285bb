super::rows! {
    INTERNAL: Local, UserThingFailed, "InternalServerError", "local-endpoint has a fault of its own",
        "please report it with the text above", "";
}
