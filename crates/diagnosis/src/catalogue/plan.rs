super::rows! {
    NO_CODE_DEPLOYMENT: Local, Usage, "NoCodeDeploymentUnsupported", "",
        "remove `environment`, or add `code_configuration` beside it (seen: azureml-inference-server#112)", "";
    TRITON_IMAGE_MISSING: Local, ImageFailed, "TritonImageMissing", "",
        "load or pull the Triton image, or name one of this machine under [images] in local-endpoint.toml", "";
    ENVIRONMENT_MISSING: Azure, Usage, "EnvironmentMissing", "",
        "give the deployment an environment with an image", "";
    SERVER_ADDED: Local, Ok, "InferenceServerAdded", "",
        "add `- azureml-inference-server-http` below `pip:` in the conda file before deploying to Azure", "";
    NOT_FAITHFUL: Local, Ok, "NotFaithful", "", "", "";
    VARIABLE_OVERRIDDEN: Local, Ok, "AzureVariableOverridden", "", "", "";
    ENGINE_FELL_BACK: Local, Ok, "EngineFellBack", "",
        "`--engine docker` insists on containers; `local-endpoint doctor` shows what is missing", "";
    COMMAND_CHOSEN: Local, Ok, "CommandChosen", "", "", "";
    TRAFFIC_ASSUMED: Local, Ok, "TrafficAssumed", "", "", "";
    TRAFFIC_ZERO: Azure, Ok, "TrafficZero", "", "", "#http-status-codes";
    INSTANCE_COUNT_INVALID: Azure, Usage, "InvalidDeploymentSpec", "", "instance_count must be at least 1", "#error-invaliddeploymentspec";
    OLD_VERSION_SERVES: Local, Ok, "OldVersionServes", "",
        "correct it and run `local-endpoint up` again; the former file brings back the former state", "";
    /// Where an engine keeps nobody from reaching out.
    EGRESS_NOT_CLOSED: Local, EngineUnavailable, "EgressNotClosed", "",
        "`--set egress_public_network_access=enabled` starts it here with the way out open; a Docker engine of this Linux machine closes it",
        "https://learn.microsoft.com/azure/machine-learning/concept-secure-online-endpoint";
    INSTANCE_SMALLER: Local, Ok, "InstanceSmaller", "", "", "";
    LIMITS_NOT_KEPT: Local, Ok, "LimitsNotKept", "", "", "";
    PORTS_OPEN: Local, Ok, "InstancePortsOpen", "",
        "let a firewall keep others from that address, or run local-endpoint on that machine and forward its scoring port (`ssh -L`)", "";
    GPU_MISSING: Local, Ok, "GpuMissing", "",
        "for a GPU here: install the NVIDIA container toolkit for the engine; `local-endpoint doctor` shows whether it is seen",
        "https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/install-guide.html";
    /// The start used more than half of the time that the probes give.
    PROBE_MARGIN_SMALL: Local, Ok, "ProbeMarginSmall", "",
        "give the probe more time (initial_delay, period, failure_threshold), or load less in init()", "#error-resourcenotready";
    PROBE_WOULD_KILL: Local, Ok, "ProbeWouldKill", "",
        "give the probe more time (initial_delay, period, failure_threshold), or load less in init()", "#error-resourcenotready";
    /// Files beside the model that the user of the container may not read.
    FILE_UNREADABLE: Local, Ok, "FileUnreadableHere", "",
        "let everybody read them (`chmod a+rX`), if the container needs them; in Azure files have no modes, and it can read them", "";
    PRIVATE_REGISTRY: Azure, Ok, "PrivateRegistry", "", "", "#container-registry-authorization-error";
    IMAGE_OLD: Local, Ok, "FloatingTagOld", "", "", "";
    /// Also where the lock itself cannot be read.
    LOCK_DRIFT: Local, Ok, "LockDrift", "",
        "`up --lock` writes down what there is now; versions are pinned in the conda file, where Azure reads them, too", "";
    /// Emulated here, or not for Azure's machines.
    ARCHITECTURE_DIFFERS: Local, Ok, "ArchitectureDiffers", "",
        "build or name an image for linux/amd64 (`docker build --platform linux/amd64`), or start it with `--platform linux/amd64` where the registry has one", "";
    INSTANCE_ADOPTED: Local, Ok, "InstanceAdopted", "", "", "";
    DEBUGGED: Local, Ok, "Debugged", "", "", "";
    NOT_DEBUGGED: Local, Ok, "NotDebugged", "", "", "";
    /// Timeouts, limits and probes would meet whoever stands at a breakpoint.
    DEBUGGER_ATTACHED: Local, Ok, "DebuggerAttached", "", "", "";
    DEBUGGER_LEFT: Local, Ok, "DebuggerLeft", "", "", "";
    PORT_MOVED: Local, Ok, "PortMoved", "", "", "";
    LIMIT_PASSED: Azure, Ok, "EndpointLimitPassed", "",
        "ask Azure for a higher limit, or spread the load over endpoints; `up --rate-limits enforce` shows what clients would meet, `off` keeps silent",
        "https://learn.microsoft.com/azure/machine-learning/how-to-manage-quotas";
    LEFTOVERS_REMOVED: Local, Ok, "LeftoversRemoved", "", "", "";
}
