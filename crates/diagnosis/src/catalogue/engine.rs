super::rows! {
    ENGINE_UNAVAILABLE: Local, EngineUnavailable, "EngineUnavailable", "no container engine answers",
        "start Docker, or use --engine process; `local-endpoint doctor` shows what was tried", "";
    /// DNS, refused or TLS on the way to a registry or a package index.
    REGISTRY_UNREACHABLE: Local, ImageFailed, "RegistryUnreachable", "",
        "check the network, or name an image of this machine under [images] in local-endpoint.toml", "";
    IMAGE_PULL_DENIED: Azure, ImageFailed, "ImagePullDenied", "",
        "`docker login` to the registry; in Azure the endpoint's identity needs AcrPull", "#container-registry-authorization-error";
    IMAGE_NOT_FOUND: Azure, ImageFailed, "BadArgument-image", "",
        "check the image's name and tag, or name an image of this machine under [images] in local-endpoint.toml",
        "#unable-to-download-user-container-image";
    IMAGE_BUILD_FAILURE: Azure, ImageFailed, "ImageBuildFailure", "",
        "mend the step above; in a conda file pin the versions that conflict", "#error-imagebuildfailure";
    DISK_FULL: Azure, EngineUnavailable, "OutOfQuota-disk", "",
        "free some space: `docker system df` shows what takes it", "#disk-quota";
    /// What the engine said fits nothing else.
    ENGINE_FAILED: Local, EngineUnavailable, "EngineFailed", "",
        "`local-endpoint doctor` shows which engine it is", "";
}
