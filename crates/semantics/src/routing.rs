//! Which deployment answers.

use crate::refusal::{NO_ROUTE, Refusal};
use model::{DeploymentName, ServedDeployment, ServedEndpoint, Traffic};
use std::sync::Arc;

/// `header`: the value of `azureml-model-deployment`; `draw`: a uniform number below 2^32.
///
/// The header passes by the traffic, 0 percent too (documented). An unknown name is 404 (inferred).
/// A deployment that has a share but does not serve keeps its share, and answers 424 further on (inferred).
pub fn route<'a>(
    endpoint: &'a ServedEndpoint,
    header: Option<&str>,
    draw: u32,
) -> Result<&'a Arc<ServedDeployment>, Refusal> {
    match header {
        Some(name) => endpoint.deployments.get(&DeploymentName::new(name.trim())),
        None => by_weight(&endpoint.traffic, draw).and_then(|name| endpoint.deployments.get(name)),
    }
    .ok_or(NO_ROUTE)
}

fn by_weight(traffic: &Traffic, draw: u32) -> Option<&DeploymentName> {
    let total: u64 = traffic.values().map(|weight| u64::from(*weight)).sum();
    let mut point = (u64::from(draw) * total) >> 32;
    traffic.iter().find_map(|(name, weight)| {
        let weight = u64::from(*weight);
        if point < weight {
            return Some(name);
        }
        point -= weight;
        None
    })
}
