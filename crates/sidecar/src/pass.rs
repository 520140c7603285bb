//! What an instance shows to be answered. It is made from the project's secret and its name, so that an instance that
//! outlives its emulator is known to the next one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use model::{DeploymentName, EndpointName, InstanceId};
use sha2::Sha256;

/// Makes passes and knows them again.
#[derive(Clone)]
pub struct Passes {
    secret: String,
}

/// Goes into variables of one instance, and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct Pass(String);

impl Pass {
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Passes {
    pub fn new(secret: String) -> Self {
        Self { secret }
    }

    pub fn of(&self, instance: &InstanceId) -> Pass {
        let name = format!("{}/{}/{}", instance.endpoint, instance.deployment, instance.number);
        let sign = URL_SAFE_NO_PAD.encode(self.mac(&name).finalize().into_bytes());
        Pass(format!("{}.{sign}", URL_SAFE_NO_PAD.encode(name)))
    }

    /// Whose pass it is; `None`: nobody's.
    pub fn read(&self, shown: &str) -> Option<InstanceId> {
        let (name, sign) = shown.split_once('.')?;
        let name = String::from_utf8(URL_SAFE_NO_PAD.decode(name).ok()?).ok()?;
        self.mac(&name).verify_slice(&URL_SAFE_NO_PAD.decode(sign).ok()?).ok()?;
        let [endpoint, deployment, number] = name.split('/').collect::<Vec<_>>()[..] else { return None };
        let (endpoint, deployment) = (EndpointName::new(endpoint), DeploymentName::new(deployment));
        Some(InstanceId { endpoint, deployment, number: number.parse().ok()? })
    }

    fn mac(&self, name: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(self.secret.as_bytes()).expect("a secret of any length");
        mac.update(name.as_bytes());
        mac
    }
}

impl std::fmt::Debug for Passes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passes")
    }
}

impl std::fmt::Debug for Pass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pass")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blue(number: u32) -> InstanceId {
        InstanceId { endpoint: EndpointName::new("credit"), deployment: DeploymentName::new("blue"), number }
    }

    #[test]
    fn a_pass_is_of_one_instance_under_one_secret() {
        let passes = Passes::new("a secret".into());
        let pass = passes.of(&blue(1));
        assert_eq!(passes.read(pass.text()), Some(blue(1)));
        assert_ne!(passes.of(&blue(2)), pass);
        assert_eq!(Passes::new("another".into()).read(pass.text()), None);
        let (name, sign) = pass.text().split_once('.').unwrap();
        let of_another = passes.of(&blue(2)).text().split_once('.').unwrap().0.to_owned();
        for forged in [format!("{of_another}.{sign}"), format!("{name}."), name.into(), String::new(), ".".into()] {
            assert_eq!(passes.read(&forged), None, "{forged}");
        }
    }

    #[test]
    fn nothing_of_it_is_printed() {
        let passes = Passes::new("a secret".into());
        assert_eq!(format!("{passes:?} {:?}", passes.of(&blue(0))), "Passes Pass");
    }
}
