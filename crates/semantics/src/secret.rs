//! References to secrets as values of `environment_variables`, which Azure replaces when a deployment is created.
//! The five patterns are those of how-to-deploy-online-endpoint-with-secret-injection.

const OPEN: &str = "${{";
const CLOSE: &str = "}}";
const CONNECTION: &str = "azureml://connections/";
const VAULT: &str = "keyvault:";

/// What Azure makes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretValue<'a> {
    /// The container gets it as it stands.
    Text,
    /// The container gets what this stands for: the reference without its braces.
    Reference(&'a str),
    /// Meant as a reference, and none of the patterns; why.
    Malformed(&'static str),
    /// A reference with text around it: only a whole value is replaced.
    Embedded(&'a str),
}

pub fn read(value: &str) -> SecretValue<'_> {
    match braced(value) {
        Some((inner, true)) => whole(inner),
        Some((inner, false)) if matches!(whole(inner), SecretValue::Reference(_)) => SecretValue::Embedded(inner),
        _ => SecretValue::Text,
    }
}

/// What stands between the first braces, and whether that is all of the value.
fn braced(value: &str) -> Option<(&str, bool)> {
    let from = value.find(OPEN)?;
    let inner = &value[from + OPEN.len()..];
    let length = inner.find(CLOSE)?;
    Some((&inner[..length], from == 0 && inner.len() == length + CLOSE.len()))
}

fn whole(inner: &str) -> SecretValue<'_> {
    let trimmed = inner.trim();
    let rule = match (trimmed.strip_prefix(CONNECTION), trimmed.strip_prefix(VAULT)) {
        (Some(rest), _) => connection(rest),
        (None, Some(rest)) => vault(rest),
        (None, None) => return SecretValue::Text,
    };
    match rule {
        _ if trimmed != inner => SecretValue::Malformed("no spaces stand between the braces and the reference"),
        Err(why) => SecretValue::Malformed(why),
        Ok(()) => SecretValue::Reference(inner),
    }
}

fn connection(rest: &str) -> Result<(), &'static str> {
    match rest.split('/').collect::<Vec<_>>()[..] {
        ["", ..] => Err("the name of the connection is missing"),
        [_] | [_, "target"] => Ok(()),
        [_, "credentials" | "metadata", name] if !name.is_empty() => Ok(()),
        _ => Err("after the name of a connection comes nothing, /credentials/NAME, /metadata/NAME or /target"),
    }
}

/// The version is part of the documented pattern; that one without is refused is documented nowhere.
fn vault(rest: &str) -> Result<(), &'static str> {
    let parts: Vec<_> = rest.strip_prefix("https://").ok_or(A_VAULT)?.split('/').collect();
    match parts[..] {
        [host, "secrets", name, ..] if parts.len() <= 4 && host.contains(".vault.") && !name.is_empty() => Ok(()),
        _ => Err(A_VAULT),
    }
}

const A_VAULT: &str = "a key vault's secret is keyvault:https://VAULT.vault.azure.net/secrets/NAME/VERSION";
