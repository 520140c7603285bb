//! Which deployment answers.

use crate::refusal::Refusal;
use model::{ServedDeployment, ServedEndpoint};
use std::sync::Arc;

/// `header`: the value of `azureml-model-deployment`; `draw`: a uniform number below 2^32.
pub fn route<'a>(
    _endpoint: &'a ServedEndpoint,
    _header: Option<&str>,
    _draw: u32,
) -> Result<&'a Arc<ServedDeployment>, Refusal> {
    unimplemented!()
}
