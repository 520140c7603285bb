//! How `up` ends when all was taken down as nothing serves. Pure.

use crate::exit::Code;
use diagnosis::{Diagnosis, start};
use model::EmulatorDocument;

/// That of the first failure. Where none is known an instance has ended just after its start; what has no deployments
/// any more, somebody else has taken down.
///
/// # Errors
/// `ResourceNotReady`.
pub fn code(emulator: &EmulatorDocument, failed: Code) -> Result<Code, Diagnosis> {
    let deployments = emulator.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
    let names: Vec<&str> = deployments.map(|deployment| &*deployment.name).collect();
    if failed != Code::OK || names.is_empty() {
        return Ok(failed);
    }
    let message = format!("{}: it was ready, and no instance is any more", names.join(", "));
    Err(Diagnosis::error(start::RESOURCE_NOT_READY, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn ends(deployments: &Value, failed: Code) -> Result<Code, u8> {
        let endpoint = json!({
            "name": "hello", "kind": "Managed", "front_door": "managed", "scoring_uri": "", "openapi_uri": "", "port": 0,
            "auth_mode": "key", "traffic": {}, "mirror_traffic": {}, "provisioning_state": "Succeeded",
            "deployments": deployments,
        });
        let emulator = json!({"pid": 1, "project": "/hello", "control_port": 0, "endpoints": [endpoint]});
        code(&serde_json::from_value(emulator).expect("a document"), failed).map_err(|error| error.exit() as u8)
    }

    #[test]
    fn what_ended_after_its_start_is_no_success() {
        let blue = json!([{
            "name": "blue", "provisioning_state": "Succeeded", "instance_count": 1, "instance_type": null,
            "error": null, "abandoned_requests": 0, "instances": [],
        }]);
        assert_eq!(ends(&blue, Code::OK), Err(6));
        assert_eq!(ends(&blue, Code::USER), Ok(Code::USER));
        assert_eq!(ends(&json!([]), Code::OK), Ok(Code::OK));
    }
}
