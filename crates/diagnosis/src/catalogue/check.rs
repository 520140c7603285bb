super::rows! {
    /// Found by `check`, before anything starts. What the start of a container finds as well has its row in `start`.
    PATH_CASE_DIFFERS: Local, Usage, "PathCaseDiffers", "",
        "write the path in the letters of the file system: Azure's containers run Linux, where case counts", "";
    FILE_NOT_UPLOADED: Azure, UserThingFailed, "FileNotUploaded", "",
        "remove the line, or take the file back in with a line `!FILE` below it; az reads the .amlignore of the uploaded folder, else its .gitignore",
        "https://learn.microsoft.com/azure/machine-learning/how-to-save-write-experiment-files";
    WORKER_COUNT_DIFFERS: Azure, Ok, "WorkerCountDiffers", "",
        "let `environment_variables.WORKER_COUNT` and `request_settings.max_concurrent_requests_per_instance` be the same number",
        "https://learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-managed-online#requestsettings";
    PROBE_BUDGET_SHORT: Azure, Ok, "ProbeBudgetShort", "",
        "give `liveness_probe` more time: initial_delay, period, failure_threshold", "#error-resourcenotready";
    PROBE_BLOCKED: Azure, Ok, "ProbeBlockedByRun", "",
        "raise the probe's timeout or failure_threshold above the longest run(), or run more workers (WORKER_COUNT with max_concurrent_requests_per_instance)",
        "#error-resourcenotready";
    WORKER_TIMEOUT_SHORT: Local, Ok, "WorkerTimeoutShort", "",
        "set `environment_variables.WORKER_TIMEOUT` (seconds, default 300) above request_timeout_ms", "";
    OUT_OF_QUOTA: Azure, UserThingFailed, "OutOfQuota", "",
        "lower `instance_count`, take a smaller `instance_type`, or ask Azure for quota and raise [quota] in local-endpoint.toml", "#error-outofquota";
    SKU_UNKNOWN: Local, Ok, "InstanceTypeUnknown", "",
        "see the list of instance types that managed endpoints take",
        "https://learn.microsoft.com/azure/machine-learning/reference-managed-online-endpoints-vm-sku-list";
    SKU_SMALL: Azure, Ok, "InstanceTypeSmall", "", "take Standard_DS2_v2, Standard_F4s_v2 or bigger",
        "https://learn.microsoft.com/azure/machine-learning/reference-managed-online-endpoints-vm-sku-list";
    MODEL_ABOVE_MEMORY: Azure, Ok, "ModelAboveMemory", "", "take an `instance_type` with more memory, or a smaller model", "#error-podoutofmemory";
    MODEL_ABOVE_DISK: Azure, Ok, "ModelAboveDisk", "", "take an `instance_type` with more disk space, or a smaller model", "#error-outofquota";
    LOG_LINES_LOST: Local, Ok, "LogLinesLost", "",
        "call logging.basicConfig(level=logging.INFO) at the top of the scoring script, or use print()", "";
    PACKAGES_UNPINNED: Local, Ok, "PackagesUnpinned", "", "pin each to the version that was tested (`name=1.2` below dependencies, `name==1.2` below pip)", "";
    PYTHON_END_OF_LIFE: Azure, Ok, "PythonEndOfLife", "", "write python=3.11 or newer", "https://devguide.python.org/versions/";
    LOCAL_REQUIREMENT: Azure, UserThingFailed, "LocalRequirement", "",
        "list the packages in the conda file itself; Azure builds from that file alone", "#error-imagebuildfailure";
    SERVER_CONFIG_TAKEN: Local, Ok, "ServerConfigTaken", "",
        "give the file another name if it is not meant for the inference server", "";
    GUNICORN_CONFIG_EXECUTED: Local, Ok, "GunicornConfigExecuted", "",
        "remove it from the code folder if it is not meant for the inference server", "";
    PROBE_SUCCESS_FIXED: Azure, Ok, "ProbeSuccessFixed", "", "leave out `liveness_probe.success_threshold`",
        "https://learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-managed-online#probesettings";
}
