super::rows! {
    RESOURCE_NOT_READY: Azure, StartFailed, "ResourceNotReady", "User container has crashed or terminated",
        "", "#error-resourcenotready";
    USER_SCRIPT_INIT_FAILED: Azure, StartFailed, "UserScriptInitFailed", "init() of the scoring script raised an exception",
        "fix the exception in init(): the line above is the one that raised", "#error-userscriptinitfailed";
    USER_SCRIPT_IMPORT_ERROR: Azure, StartFailed, "UserScriptImportError", "the scoring script imports a package that the environment does not have",
        "add the package to the conda file or the image", "#error-userscriptimporterror";
    USER_SCRIPT_FUNCTION_NOT_FOUND: Azure, StartFailed, "UserScriptFunctionNotFound", "the scoring script lacks init() or run()",
        "define both init() and run(data) in the scoring script", "#error-userscriptfunctionnotfound";
}
