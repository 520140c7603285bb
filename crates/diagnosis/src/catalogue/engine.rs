super::rows! {
    ENGINE_UNAVAILABLE: Local, EngineUnavailable, "EngineUnavailable", "no container engine answers",
        "start Docker, or use --engine process; `local-endpoint doctor` shows what was tried", "";
    IMAGE_UNREACHABLE: Local, ImageFailed, "RegistryUnreachable", "the registry cannot be reached",
        "check the network, or name an image of this machine under [images] in local-endpoint.toml", "";
    IMAGE_DENIED: Local, ImageFailed, "ImagePullDenied", "the registry does not give the image to you",
        "log in with `docker login` (in Azure the endpoint's identity needs AcrPull), or name an image of this machine under [images] in local-endpoint.toml",
        "#container-registry-authorization-error";
    IMAGE_NOT_FOUND: Local, ImageFailed, "ImageNotFound", "the image is nowhere to be found",
        "check its name and tag; build it, or name another one under [images] in local-endpoint.toml",
        "#unable-to-download-user-container-image";
    IMAGE_BUILD_FAILED: Azure, ImageFailed, "ImageBuildFailure", "the environment could not be built",
        "the failing step and the end of its log are above; correct the Dockerfile or the dependencies",
        "#error-imagebuildfailure";
    PACKAGE_INDEX_UNREACHABLE: Local, ImageFailed, "PackageIndexUnreachable", "the package index cannot be reached",
        "check the network, PIP_INDEX_URL and the certificates ([build] ca_certificates)", "";
    PROGRAM_NOT_FOUND: Local, StartFailed, "ProgramNotFound", "the program to start is not in the image",
        "add it to the image or its dependencies", "";
    MOUNT_MISSING: Local, StartFailed, "MountSourceMissing", "a folder to mount does not exist",
        "check the path in the deployment's YAML", "";
    INSTANCE_PORT_TAKEN: Local, PortConflict, "InstancePortTaken", "a port of an instance is taken",
        "start again: another port is taken then", "";
    DISK_FULL: Local, EngineUnavailable, "DiskFull", "the disk is full",
        "free some space (`docker system df` shows what images and containers take)", "#disk-quota";
    ENGINE_AWAY: Local, Ok, "EngineAway", "",
        "what runs serves on; nothing can be started or restarted until the engine is back", "";
    ENGINE_BACK: Local, Ok, "EngineBack", "", "", "";
    ENGINE_FAILED: Local, EngineUnavailable, "EngineFailed", "the engine refused",
        "`local-endpoint doctor` shows the engine in use", "";
}
