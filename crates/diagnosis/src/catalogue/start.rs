super::rows! {
    RESOURCE_NOT_READY: Azure, StartFailed, "ResourceNotReady", "User container has crashed or terminated",
        "read the container's log: `local-endpoint logs`, in the project folder or with -e ENDPOINT", "#error-resourcenotready";
    /// What Kubernetes endpoints say instead.
    DEPLOYMENT_CRASH_LOOP: Azure, StartFailed, "DeploymentCrashLoopBackOff", "the user container crashed when initializing",
        "read the container's log: `local-endpoint logs`, in the project folder or with -e ENDPOINT", "#error-deploymentcrashloopbackoff";
    USER_SCRIPT_INIT_FAILED: Azure, StartFailed, "UserScriptInitFailed", "init() of the scoring script raised an exception",
        "fix the exception in init(): the line above is the one that raised", "#error-userscriptinitfailed";
    USER_SCRIPT_IMPORT_ERROR: Azure, StartFailed, "UserScriptImportError", "the scoring script imports a package that the environment does not have",
        "add the package to the conda file or the image; a module of your own has to lie directly in the code folder", "#error-userscriptimporterror";
    USER_SCRIPT_FUNCTION_NOT_FOUND: Azure, StartFailed, "UserScriptFunctionNotFound", "the scoring script lacks init() or run()",
        "define both init() and run(data) in the scoring script", "#error-userscriptfunctionnotfound";
    USER_SCRIPT_SYNTAX_ERROR: Local, StartFailed, "UserScriptSyntaxError", "the scoring script is not valid Python",
        "correct the line above; `python -m py_compile` on the file shows the same", "#error-resourcenotready";
    USER_SCRIPT_EXCEPTION: Local, StartFailed, "UserScriptException", "the scoring script raised an exception while it was imported",
        "fix the line above: it runs when the script is loaded, before init()", "#error-resourcenotready";
    USER_SCRIPT_FILE_NOT_FOUND: Local, StartFailed, "UserScriptFileNotFound", "the scoring script opens a file that is not there while it is imported",
        "load the model in init() and build its path from the environment variable AZUREML_MODEL_DIR; other files belong into the code folder", "#error-resourcenotready";
    USER_SCRIPT_BAD_SIGNATURE: Local, StartFailed, "UserScriptBadSignature", "run() of the scoring script has parameters that the inference server does not know",
        "define run(data), or run(data, request_headers)", "#error-resourcenotready";
    USER_SCRIPT_NOT_FOUND: Local, StartFailed, "UserScriptNotFound", "the scoring script is not in the code folder",
        "`code_configuration.scoring_script` is relative to `code_configuration.code`", "#error-resourcenotready";
    SERVER_CONFIG_INVALID: Local, StartFailed, "ServerConfigInvalid", "the inference server refuses its configuration",
        "correct the environment variable or the file that is named above; a config.json beside the scoring script is taken for the server's own", "#error-resourcenotready";
    WORKER_COUNT_INVALID: Local, StartFailed, "WorkerCountInvalid", "WORKER_COUNT is not a positive number",
        "set WORKER_COUNT in `environment_variables` to 1 or more, or leave it out", "#error-resourcenotready";
    SERVER_ARGUMENTS_INVALID: Local, StartFailed, "ServerArgumentsInvalid", "the inference server refuses its arguments or a number among its variables",
        "check the WORKER_... variables and GUNICORN_CMD_ARGS in `environment_variables`", "#error-resourcenotready";
    SERVER_PORT_IN_USE: Local, StartFailed, "ServerPortInUse", "the port of the inference server is taken",
        "something else in the container, or on this machine with --engine process, listens on it: stop that, or start again", "#error-resourcenotready";
    INFERENCE_SERVER_MISSING: Local, StartFailed, "InferenceServerMissing", "the environment has no inference server",
        "add azureml-inference-server-http to the conda file or the image; --loose adds it here", "#error-resourcenotready";
    INFERENCE_SERVER_BROKEN: Local, StartFailed, "InferenceServerBroken", "the packages of the environment do not fit the inference server",
        "take a newer azureml-inference-server-http, and do not pin flask, werkzeug or markupsafe beside it", "#error-resourcenotready";
    CONDA_ENVIRONMENT_FAILED: Local, StartFailed, "CondaEnvironmentFailed", "conda could not install the environment when the container started",
        "try the same file on this machine: `conda env create -n userenv -f conda.yaml`", "#conda-installation-issues";
    COMMAND_NOT_FOUND: Local, StartFailed, "CommandNotFound", "the image's command is not in the image",
        "correct the command or the entry point of the image", "#error-resourcenotready";
    EXEC_FORMAT_ERROR: Local, StartFailed, "ExecFormatError", "the image's program is not for this machine's processor, or is no program",
        "build the image for linux/amd64, as Azure's machines are (`docker build --platform linux/amd64`); a script begins with a `#!` line", "#error-resourcenotready";
    /// Azure documents it for both kinds.
    POD_OUT_OF_MEMORY: Azure, StartFailed, "PodOutOfMemory", "the container ran out of memory",
        "choose a bigger `instance_type` (Kubernetes: `resources.limits.memory`), or load less in init()", "#error-podoutofmemory";
    WORKER_CRASH_LOOP: Local, StartFailed, "WorkerCrashLoop", "the server's worker process dies again and again while it starts",
        "look in init() for os._exit, native code that crashes, or a debugger that is not installed (AZUREML_DEBUG_PORT)", "#error-resourcenotready";
    INIT_TIMEOUT: Local, TimedOut, "InitTimeout", "the container did not become ready in time",
        "make init() faster, or give `liveness_probe` and `readiness_probe` more time (initial_delay, period, failure_threshold)", "#error-resourcenotready";
    LIVENESS_PROBE_FAILED: Local, StartFailed, "LivenessProbeFailed", "the container did not answer its liveness probe",
        "check the route and the port of `liveness_route`, and give `liveness_probe` more time (initial_delay, timeout, failure_threshold)", "#error-resourcenotready";
    READINESS_PROBE_FAILED: Local, StartFailed, "ReadinessProbeFailed", "the container lives, and never became ready",
        "check the route and the port of `readiness_route`, and give `readiness_probe` more time (initial_delay, timeout, failure_threshold)", "#error-resourcenotready";
    CONTAINER_EXITED: Local, StartFailed, "ContainerExited", "the container ended by itself with exit code 0",
        "its command has to keep running and to listen on the ports of `inference_config`", "#error-resourcenotready";
    CONTAINER_CRASHED: Local, StartFailed, "ContainerCrashed", "the container ended with an error that is not known here",
        "read the container's log: `local-endpoint logs`, in the project folder or with -e ENDPOINT", "#error-resourcenotready";
    /// A status code of Kubernetes endpoints, without a name of its own.
    OPERATION_CONFLICT: Azure, UserThingFailed, "Conflict", "another operation on this deployment is under way (409)",
        "wait until it has ended; `local-endpoint down` ends it at once", "#error-operationcanceled";
    OPERATION_CANCELED: Azure, StartFailed, "OperationCanceled", "the start was given up because a later operation asked for it",
        "start again", "#error-operationcanceled";
    /// Azure files it under BadArgument, which is the name that `spec` gives a model that is missing before the start.
    USER_MODEL_NOT_FOUND: Local, StartFailed, "UserModelNotFound", "the model cannot be read: its path does not exist",
        "check `model` (`path`, or name and version) of the deployment YAML; a registered model needs a line under [models] in local-endpoint.toml", "#unable-to-download-user-model";
    /// The property `azureml.unpack`.
    USER_MODEL_ARCHIVE_INVALID: Local, StartFailed, "UserModelArchiveInvalid", "an archive of the model cannot be unpacked",
        "pack it anew (`tar czf model.tar.gz FILES`), or remove `azureml.unpack` from the model's properties", "#unable-to-download-user-model";
    USER_MODEL_UNREADABLE: Local, StartFailed, "UserModelUnreadable", "the user of the container may not read the model",
        "let everybody read it here (`chmod -R a+rX PATH`); in Azure files have no modes, and the same model can be read", "#authorization-error";
}
