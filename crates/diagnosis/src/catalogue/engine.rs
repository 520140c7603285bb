super::rows! {
    ENGINE_UNAVAILABLE: Local, EngineUnavailable, "EngineUnavailable", "no container engine answers",
        "start Docker, or use --engine process; `local-endpoint doctor` shows what was tried", "";
}
