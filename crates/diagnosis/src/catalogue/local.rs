super::rows! {
    /// Another project of this machine serves an endpoint of that name.
    ENDPOINT_ALREADY_EXISTS: Azure, UserThingFailed, "EndpointAlreadyExists", "an endpoint of this name already exists",
        "choose another name, or take the other one down", "#error-endpointalreadyexists";
    ENDPOINT_NOT_FOUND: Azure, NotFound, "EndpointNotFound", "there is no endpoint of this name",
        "`local-endpoint status` lists the endpoints that run; `local-endpoint up` starts one", "#error-endpointnotfound";
    /// Several run, and none was named.
    ENDPOINT_AMBIGUOUS: Local, Usage, "EndpointAmbiguous", "several endpoints run",
        "name one with -e", "";
    DEPLOYMENT_NOT_FOUND: Local, NotFound, "DeploymentNotFound", "the endpoint has no deployment of this name",
        "`local-endpoint status` lists the deployments that run", "";
    /// Nothing was started for this project, or it was taken down.
    NOT_RUNNING: Local, NotFound, "NotRunning", "no emulator runs for this project",
        "start it: `local-endpoint up`", "";
    /// The recorded emulator is no more: killed, or the machine was restarted.
    EMULATOR_GONE: Local, NotFound, "EmulatorGone", "the emulator was killed; it is not restarted by itself",
        "start it again: `local-endpoint up`; or remove what it left behind: `local-endpoint down`", "";
    /// The process is there, its control API is not.
    EMULATOR_SILENT: Local, UserThingFailed, "EmulatorSilent", "the emulator runs but its control API does not answer",
        "it is starting or stopping: try again; if it stays so, end its process and run `local-endpoint down`", "";
    /// Another `up` of the same project has not come far enough to be asked.
    BUSY: Local, UserThingFailed, "Busy", "another `local-endpoint` is at work on this project",
        "wait for it to finish, then try again", "";
    /// State, or a running emulator, of a schema this binary does not know.
    STATE_NEWER: Local, UserThingFailed, "StateNewer", "the state was written by another version of local-endpoint",
        "take it down with the version that started it: `local-endpoint down`", "";
    STATE_UNREADABLE: Local, EngineUnavailable, "StateUnreadable", "the state of the project cannot be read",
        "run `local-endpoint down --purge`, then `local-endpoint up`", "";
    /// Disk full, no permission, read-only file system.
    STATE_UNWRITABLE: Local, EngineUnavailable, "StateUnwritable", "the state folder cannot be written",
        "set LOCAL_ENDPOINT_HOME to a folder that can be written", "";
    /// Disk full, or too slow for what comes.
    TRAFFIC_LOG_LOST: Local, UserThingFailed, "TrafficLogLost", "lines of the traffic log are lost",
        "free some space, set LOCAL_ENDPOINT_HOME to a folder on another disk, or keep no log: `up --no-traffic-log`", "";
    /// The same of the data collector.
    COLLECTED_DATA_LOST: Local, UserThingFailed, "CollectedDataLost", "requests or responses are not collected",
        "free some space, remove what was collected (docs/data-collector.md says where it is), or set `sampling_rate` of data_collector lower", "";
    /// score.py asked for a token of the endpoint's managed identity.
    IDENTITY_OFF: Local, Ok, "IdentityOff", "",
        "add to local-endpoint.toml:\n      [identity]\n      token = \"az\"     # those of your az login; or \"fake\"", "";
    IDENTITY_UNNAMED: Local, Ok, "IdentityUnnamed", "",
        "give the client id to the credential: ManagedIdentityCredential(client_id=...), or set AZURE_CLIENT_ID in environment_variables",
        "https://learn.microsoft.com/azure/machine-learning/how-to-access-resources-from-endpoints-managed-identities";
    IDENTITY_REFUSED: Local, UserThingFailed, "IdentityRefused", "",
        "write the identity that score.py asks for into the endpoint's YAML (identity: {type: user_assigned, user_assigned_identities: [{resource_id: ...}]}), or ask without an id",
        "https://learn.microsoft.com/azure/machine-learning/how-to-access-resources-from-endpoints-managed-identities";
    /// The command or the variable of `[identity]` gave none.
    IDENTITY_TOKEN_FAILED: Local, UserThingFailed, "IdentityTokenFailed", "",
        "run the command of [identity] in local-endpoint.toml yourself: it has to print a token, or what `az account get-access-token` prints", "";
    IDENTITY_UNREACHABLE: Local, Ok, "IdentityUnreachable", "",
        "use the engine of this machine, or `--engine process`, for what needs tokens", "";
    /// The same for what azureml-ai-monitoring sends.
    COLLECTOR_UNREACHABLE: Local, Ok, "CollectorUnreachable", "",
        "use the engine of this machine, or `--engine process`, for what is to be collected", "";
    NO_HOME: Local, EngineUnavailable, "NoHome", "there is no home folder for the state",
        "set HOME, or LOCAL_ENDPOINT_HOME to a folder that can be written", "";
    PORT_TAKEN: Local, PortConflict, "PortTaken", "the scoring port cannot be bound",
        "choose another one with --port, or leave --port out: the next free one is taken", "";
    /// `LOCAL_ENDPOINT_KEY` is empty, or holds what no header can carry.
    KEY_UNUSABLE: Local, Usage, "KeyUnusable", "LOCAL_ENDPOINT_KEY cannot be sent in a header",
        "use letters, digits and punctuation of ASCII, without spaces", "";
    /// Regenerating a key that the environment fixes would change nothing.
    KEY_FIXED: Local, Usage, "KeyFixed", "the primary key is fixed by LOCAL_ENDPOINT_KEY",
        "unset LOCAL_ENDPOINT_KEY, then `local-endpoint down` and `local-endpoint up`; or regenerate the secondary key", "";
    KEYS_NOT_USED: Azure, Usage, "KeysNotUsed", "the endpoint does not use keys for authentication",
        "`local-endpoint keys --token` prints the token that it takes", "";
    TOKENS_NOT_USED: Local, Usage, "TokensNotUsed", "the endpoint takes keys, not tokens",
        "`local-endpoint keys --key primary` prints one; `auth_mode: aml_token` or `aad_token` of the endpoint YAML asks for tokens", "";
    /// The scoring port of `invoke` does not answer.
    SCORING_UNREACHABLE: Local, UserThingFailed, "ScoringUnreachable", "the scoring URI cannot be reached",
        "`local-endpoint status` tells whether it runs", "";
    /// `up --inject-error`: what this machine can raise, it raises itself.
    NOT_INJECTABLE: Local, Usage, "NotInjectable", "this error is not injected",
        "`local-endpoint explain` tells what raises it here", "";
    /// `run`: the endpoint was taken down again.
    COMMAND_NOT_STARTED: Local, Usage, "CommandNotStarted", "the command cannot be started",
        "check its name: it is started as it stands, without a shell", "";
    /// `run --summary`
    SUMMARY_UNWRITABLE: Local, UserThingFailed, "SummaryUnwritable", "the summary cannot be written",
        "name a file in a folder that exists and can be written", "";
    /// `man`
    MAN_UNWRITABLE: Local, UserThingFailed, "ManUnwritable", "the man pages cannot be written",
        "name a folder that can be written", "";
    /// A fault on purpose, said when it begins.
    FAULT_BEGAN: Local, Ok, "ChaosInjected", "", "", "";
    FAULT_ENDED: Local, Ok, "ChaosEnded", "", "", "";
    FAULT_NOT_UNDONE: Local, UserThingFailed, "ChaosNotUndone", "a fault on purpose could not be undone",
        "`local-endpoint down` removes the instance, `local-endpoint up` starts another", "";
    /// Longer than is allowed, or no time at all.
    FAULT_REFUSED: Local, Usage, "ChaosRefused", "this fault is not made",
        "a fault lasts up to 10 minutes: --for 10m", "";
    FAULT_ACTIVE: Local, UserThingFailed, "ChaosActive", "such a fault lasts already",
        "`local-endpoint chaos stop` ends it", "";
    FAULT_NOT_FOUND: Local, NotFound, "ChaosNotFound", "there is no fault of this id",
        "`local-endpoint chaos` lists those that last", "";
    /// What runs the instance cannot do it.
    FAULT_UNSUPPORTED: Local, EngineUnavailable, "ChaosUnsupported", "the engine cannot do this",
        "docs/chaos.md tells what each fault needs", "";
    NO_INSTANCE: Local, NotFound, "NoInstance", "there is no such instance",
        "`local-endpoint status` shows what runs", "";
    /// The endpoint has several, and none was named.
    DEPLOYMENT_AMBIGUOUS: Local, Usage, "DeploymentAmbiguous", "the endpoint has several deployments",
        "name one with -n", "";
    /// `load` sends only to this machine.
    LOAD_ELSEWHERE: Local, Usage, "LoadElsewhere", "load is sent to this machine alone",
        "start the endpoint here: `local-endpoint up`", "";
    /// `vscode`: launch.json or tasks.json is no JSON with comments.
    EDITOR_FILE_INVALID: Local, Usage, "EditorFileInvalid", "a file of VS Code cannot be read",
        "correct it, and run `local-endpoint vscode` again", "";
    /// `vscode`
    EDITOR_FILE_UNWRITABLE: Local, UserThingFailed, "EditorFileUnwritable", "a file of VS Code cannot be written",
        "see to it that the folder and the file can be written", "";
    /// `vscode` and `up --debug` are about score.py in Azure's inference server.
    NOTHING_TO_DEBUG: Local, Usage, "NothingToDebug", "no deployment has a scoring script to debug",
        "a deployment with `code_configuration` that runs in the inference server can be debugged", "";
    /// `--query`: it is JMESPath, and does not fit the document.
    QUERY_FAILED: Local, Usage, "QueryFailed", "the query does not fit the document",
        "`-o json` without --query shows the document", "";
    /// `-o table`, as az says of its own.
    TABLE_UNAVAILABLE: Local, Usage, "TableUnavailable", "nothing of this fits into a table",
        "say what the columns are: --query \"[].{Name: name}\"", "";
    /// The control API's own refusals.
    CONTROL_REFUSED: Local, UserThingFailed, "ControlRefused", "the control API refused the request",
        "use the local-endpoint command, which knows the token and the address", "";
    /// `explain` was asked for a word, or given a text, in which it knows nothing.
    NOTHING_TO_EXPLAIN: Local, NotFound, "NothingToExplain", "nothing is known by this name",
        "`local-endpoint explain` without a word lists all that can be explained", "";
    INTERNAL: Local, UserThingFailed, "InternalServerError", "local-endpoint has a fault of its own",
        "please report it with the text above", "";
}
