//! How far instances reach by themselves.

use diagnosis::{Diagnosis, plan as rows};
use engine::{EngineError, Outward};
use model::{Deployment, Egress};

/// One network for all of a project: an engine has only some thirty subnets to give. `project`: 16 hex digits.
pub fn outward(deployment: &Deployment, project: &str) -> Outward {
    match deployment.egress {
        Egress::Enabled => Outward::Open,
        Egress::Disabled => Outward::Closed { network: closed(project) },
    }
}

/// The network of the project's instances that do not reach out.
pub fn closed(project: &str) -> String {
    format!("local-endpoint-{}-closed", &project[..8])
}

/// What an engine says that keeps nobody from anything.
pub fn not_closed(deployment: &Deployment, why: &EngineError) -> Diagnosis {
    let message = format!(
        "{}: `egress_public_network_access: disabled` keeps an instance from reaching out, which cannot be had here: {why}",
        deployment.name
    );
    Diagnosis::error(rows::EGRESS_NOT_CLOSED, message)
}
