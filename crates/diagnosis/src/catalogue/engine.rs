super::rows! {
    ENGINE_UNAVAILABLE: Local, EngineUnavailable, "EngineUnavailable", "no container engine answers",
        "start Docker, or use --engine process; `local-endpoint doctor` shows what was tried", "";
    IMAGE_UNREACHABLE: Local, ImageFailed, "RegistryUnreachable", "the registry cannot be reached",
        "check the network, or name an image of this machine under [images] in local-endpoint.toml", "";
    REGISTRY_FAILED: Local, ImageFailed, "RegistryFailed", "the registry failed while the image was pulled",
        "try again; `docker pull` with the same image shows the registry's own words", "#unable-to-download-user-container-image";
    IMAGE_DENIED: Local, ImageFailed, "ImagePullDenied", "the registry does not give the image to you",
        "log in with `docker login` (in Azure the endpoint's identity needs AcrPull), or name an image of this machine under [images] in local-endpoint.toml",
        "#container-registry-authorization-error";
    IMAGE_NOT_FOUND: Local, ImageFailed, "ImageNotFound", "the image is nowhere to be found",
        "check its name and tag; build it, or name another one under [images] in local-endpoint.toml",
        "#unable-to-download-user-container-image";
    /// What a managed endpoint says of a registry that gives nothing to it.
    RESOURCE_NOT_FOUND: Azure, ImageFailed, "ResourceNotFound", "the container registry is private or otherwise inaccessible",
        "give the endpoint's identity AcrPull on the registry", "#container-registry-authorization-error";
    /// What a Kubernetes endpoint says of every pull that fails.
    IMAGE_PULL_LOOP: Azure, ImageFailed, "ImagePullLoopBackOff", "the image cannot be pulled from its registry",
        "check the image's name, and whether the cluster may pull from the registry", "#error-imagepullloopbackoff";
    IMAGE_BUILD_FAILED: Azure, ImageFailed, "ImageBuildFailure", "the environment could not be built",
        "the failing step and the end of its log are above; correct the Dockerfile or the dependencies",
        "#error-imagebuildfailure";
    BUILD_TIMED_OUT: Local, TimedOut, "ImageBuildTimeout", "the image or environment was not built in time",
        "pin the versions, so that nothing has to be searched; build the image by itself and name it in the environment; `--build-deadline` gives a build here more time",
        "#image-build-timing-out";
    BUILDKIT_MISSING: Local, ImageFailed, "BuildKitMissing", "the Dockerfile needs BuildKit, and no docker command here has it",
        "install Docker's buildx plugin (docker-buildx-plugin), or write the line without it: Azure's own builders were seen to have the classic builder only (Azure/acr#721)",
        "https://docs.docker.com/go/buildx/";
    PACKAGE_INDEX_UNREACHABLE: Local, ImageFailed, "PackageIndexUnreachable", "the package index cannot be reached",
        "check the network, PIP_INDEX_URL and the certificates ([build] ca_certificates)", "";
    ENVIRONMENT_NOT_MADE: Local, NotFound, "EnvironmentNotMade", "the environment is not on this machine",
        "`local-endpoint up` makes it; `local-endpoint images` lists what there is", "";
    IMAGE_ARCHIVE_FAILED: Local, UserThingFailed, "ImageArchiveFailed", "the archive of images cannot be read or written",
        "`images load` takes what `images save` and `docker save` write", "";
    DEBUGPY_MISSING: Local, ImageFailed, "DebugpyMissing", "debugpy, which --debug needs, is not here",
        "see to it that `python3 -m venv` works here and reaches the package index", "";
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
    ENDED_WITH_ENGINE: Local, EngineUnavailable, "EndedWithEngine", "the instance ended with its container engine",
        "none is needed where the engine was restarted: the instance is started again at once", "";
    ENGINE_FAILED: Local, EngineUnavailable, "EngineFailed", "the engine refused",
        "`local-endpoint doctor` shows the engine in use", "";
}
