//! Secrets from the system's randomness.

use diagnosis::{Diagnosis, local};

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// 5.95 bits a character: 32 of them are a key, 43 a token of 256 bits.
pub fn letters_and_digits(length: usize) -> Result<String, Diagnosis> {
    let mut text = String::with_capacity(length);
    while text.len() < length {
        let mut bytes = [0; 64];
        getrandom::fill(&mut bytes).map_err(|error| {
            Diagnosis::error(local::INTERNAL, format!("the system gives no random numbers: {error}"))
        })?;
        // Six bits each; the two values too many are thrown away, so that every character is equally likely.
        let drawn = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte & 63)));
        text.extend(drawn.take(length - text.len()).map(|letter| char::from(*letter)));
    }
    Ok(text)
}
