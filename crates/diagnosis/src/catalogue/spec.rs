super::rows! {
    UNREADABLE: Local, Usage, "SpecUnreadable", "", "", "";
    YAML_SYNTAX: Local, Usage, "YamlSyntax", "", "", "";
    UNKNOWN_FIELD: Azure, Usage, "UnknownField", "", "", "";
    MISSING_FIELD: Azure, Usage, "MissingField", "", "", "";
    INVALID_VALUE: Azure, Usage, "InvalidValue", "", "", "";
}
