//! The nouns of the house: identities, desired state, the fleet that serves it, and what is told about both.
//! No I/O. Two written forms (YAML, later ARM JSON) lower to the same types.

mod asset;
mod build_settings;
mod chaos;
pub mod data_collector;
mod deployment;
mod document;
mod endpoint;
mod environment;
mod event;
mod exchange;
mod fleet;
pub mod histogram;
mod id;
mod identity;
mod meters;
mod options;
mod quantity;
mod request;
mod settings;
pub mod traffic_log;

pub use asset::{AssetRef, Code, ModelAsset, ModelType};
pub use build_settings::BuildSettings;
pub use chaos::{
    Effect, FaultCounts, FaultDocument, FaultKind, FaultWanted, FaultedRequests, FaultsDocument, Probed, RequestFault,
    Share,
};
pub use data_collector::{DataCollector, RollingRate, SamplingRate};
pub use deployment::{Deployment, DeploymentKind, Egress, NoCode};
pub use document::{
    Credentials, DeploymentDocument, EmulatorDocument, EndpointDocument, ErrorDocument, InstanceDocument,
    InstanceMemory, Keys, MemoryDocument, PlatformEventDocument, ProbeDocument, ProvisioningState, RequestsDocument,
    SCHEMA_VERSION, StartDocument, StatusDocument, Token,
};
pub use endpoint::{AuthMode, Desired, DesiredEndpoint, Endpoint, Mirror, Traffic};
pub use environment::{CondaFile, CondaPackage, Environment, EnvironmentSource, InferenceConfig, Route};
pub use event::{Event, EventKind, InstanceState};
pub use exchange::{Exchange, Reason};
pub use fleet::{
    Auth, Fleet, IssuedToken, KeyHash, Limits, Profile, ServedDeployment, ServedEndpoint, ServedInstance, UpstreamMode,
};
pub use histogram::Histogram;
pub use id::{DeploymentName, EndpointName, InstanceId, InvalidName, RequestId};
pub use identity::{EndpointIdentity, Secret, TokenSource, UserAssigned};
pub use meters::{
    Answers, CollectionMeters, DeploymentMeters, DoorMeters, EndpointMeters, MetersDocument, Minute, ServedLimits,
};
pub use options::{EngineChoice, Mounts, PullPolicy, RateLimits, RunOptions, SkuLimits};
pub use quantity::quantity;
pub use request::{LoadRequest, Written};
pub use settings::{Probe, RequestSettings, Resources, ScaleSettings, TimeScale};
