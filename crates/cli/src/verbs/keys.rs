//! `keys`: the only place that shows them in full.

use crate::args::{self, Key};
use crate::console::Console;
use crate::exit::Code;
use crate::locate;
use control::client::Client;
use control::{Home, KeyName, TokenQuery};
use diagnosis::{Diagnosis, local};
use model::{Credentials, Keys, Token};
use serde_json::{Value, json};

pub async fn run(home: &Home, args: &args::Keys, console: &Console) -> Result<Code, Diagnosis> {
    let (known, endpoint) = locate::endpoint(home, args.endpoint_name.as_deref())?;
    if !known.state.alive() {
        let fault = known.state.running().err();
        return Err(fault.unwrap_or_else(|| Diagnosis::error(local::NOT_RUNNING, "")));
    }
    let client = Client::connect(&known.state).await?;
    let shown = match args.regenerate {
        Some(which) => Credentials::Keys(client.regenerate(endpoint.as_str(), name(which)).await?),
        None => client.credentials(endpoint.as_str(), &wanted(args)).await?,
    };
    match &shown {
        Credentials::Keys(_) if asks_for_a_token(args) => Err(Diagnosis::error(local::TOKENS_NOT_USED, "")),
        Credentials::Token(_) if args.key.is_some() => {
            let message = format!("Endpoint '{endpoint}' does not use keys for authentication.");
            Err(Diagnosis::error(local::KEYS_NOT_USED, message))
        }
        Credentials::Keys(keys) => print_keys(keys, args, console),
        Credentials::Token(token) => print_token(token, args, console),
    }
}

fn wanted(args: &args::Keys) -> TokenQuery {
    TokenQuery { audience: args.audience.clone(), tenant: args.tenant.clone(), lifetime: args.lifetime }
}

fn asks_for_a_token(args: &args::Keys) -> bool {
    args.token || wanted(args) != TokenQuery::default()
}

fn name(key: Key) -> KeyName {
    match key {
        Key::Primary => KeyName::Primary,
        Key::Secondary => KeyName::Secondary,
    }
}

fn print_keys(keys: &Keys, args: &args::Keys, console: &Console) -> Result<Code, Diagnosis> {
    args.printed.print(&document(keys), console, |console| match args.key {
        Some(Key::Primary) => console.data(&keys.primary_key),
        Some(Key::Secondary) => console.data(&keys.secondary_key),
        None => {
            console.data(&format!("primaryKey    {}", keys.primary_key));
            console.data(&format!("secondaryKey  {}", keys.secondary_key));
        }
    })?;
    Ok(Code::OK)
}

fn print_token(token: &Token, args: &args::Keys, console: &Console) -> Result<Code, Diagnosis> {
    args.printed.print(&token_document(token), console, |console| {
        if args.token {
            return console.data(&token.access_token);
        }
        console.data(&format!("accessToken          {}", token.access_token));
        console.data(&format!("expiryTimeUtc        {}", token.expiry_time_utc));
        console.data(&format!("refreshAfterTimeUtc  {}", token.refresh_after_time_utc));
        console.data(&format!("tokenType            {}", token.token_type));
    })?;
    Ok(Code::OK)
}

fn token_document(token: &Token) -> Value {
    json!({
        "schema_version": model::SCHEMA_VERSION,
        "accessToken": token.access_token,
        "expiryTimeUtc": token.expiry_time_utc,
        "refreshAfterTimeUtc": token.refresh_after_time_utc,
        "tokenType": token.token_type,
    })
}

fn document(keys: &Keys) -> Value {
    json!({
        "schema_version": model::SCHEMA_VERSION,
        "primaryKey": keys.primary_key,
        "secondaryKey": keys.secondary_key,
    })
}
