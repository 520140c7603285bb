//! The nouns of the house: identities, desired state, the fleet that serves it, and what is told about both.
//! No I/O. Two written forms (YAML, later ARM JSON) lower to the same types.

mod asset;
mod deployment;
mod document;
mod endpoint;
mod environment;
mod event;
mod exchange;
mod fleet;
mod id;
mod options;
mod settings;

pub use asset::{AssetRef, Code, ModelAsset, ModelType};
pub use deployment::{Deployment, DeploymentKind};
pub use document::{
    DeploymentDocument, EmulatorDocument, EndpointDocument, ErrorDocument, InstanceDocument, Keys, ProvisioningState,
    SCHEMA_VERSION, StatusDocument,
};
pub use endpoint::{AuthMode, Desired, DesiredEndpoint, Endpoint, Mirror, Traffic};
pub use environment::{CondaFile, CondaPackage, Environment, EnvironmentSource, InferenceConfig, Route};
pub use event::{Event, EventKind, InstanceState};
pub use exchange::{Exchange, Reason};
pub use fleet::{
    Auth, Fleet, KeyHash, Limits, Profile, ServedDeployment, ServedEndpoint, ServedInstance, UpstreamMode,
};
pub use id::{DeploymentName, EndpointName, InstanceId, InvalidName, RequestId};
pub use options::{EngineChoice, PullPolicy, RunOptions};
pub use settings::{Probe, RequestSettings, Resources, ScaleSettings};
