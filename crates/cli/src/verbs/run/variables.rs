//! What the command finds in its environment.

use control::TokenQuery;
use control::client::Client;
use diagnosis::Diagnosis;
use model::{Credentials, EndpointDocument};

/// Of one endpoint by plain names; of several each by names that end with the endpoint's.
pub async fn of(client: &Client, endpoints: &[EndpointDocument]) -> Result<Vec<(String, String)>, Diagnosis> {
    let mut variables = direct();
    for endpoint in endpoints {
        let suffix = if endpoints.len() == 1 { String::new() } else { suffix(&endpoint.name) };
        let mut add = |name: &str, value: &str| {
            variables.push((format!("LOCAL_ENDPOINT_{name}{suffix}"), value.to_owned()));
        };
        add("NAME", &endpoint.name);
        add("SCORING_URI", &endpoint.scoring_uri);
        add("OPENAPI_URI", &endpoint.openapi_uri);
        if endpoint.front_door != "passthrough" {
            match client.credentials(&endpoint.name, &TokenQuery::default()).await? {
                Credentials::Keys(keys) => add("KEY", &keys.primary_key),
                Credentials::Token(token) => add("TOKEN", &token.access_token),
            }
        }
    }
    Ok(variables)
}

/// `_MY_ENDPOINT`
fn suffix(name: &str) -> String {
    format!("_{}", name.to_uppercase().replace('-', "_"))
}

/// Clients that obey a proxy must not look for this machine behind it.
fn direct() -> Vec<(String, String)> {
    let names = ["NO_PROXY", "no_proxy"];
    let known = names.iter().find_map(|name| std::env::var(name).ok()).filter(|known| !known.is_empty());
    let value = known.map_or_else(String::new, |known| known + ",") + "127.0.0.1,localhost";
    names.iter().map(|name| ((*name).to_owned(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_endpoints_name_is_a_variables() {
        assert_eq!(super::suffix("my-endpoint2"), "_MY_ENDPOINT2");
    }
}
