//! Whether what runs is still what is wanted: a hash of the desired state and of the files it names.

use super::{Folder, Stamp, is_debugged};
use engine::BuildContext;
use model::{Deployment, EnvironmentSource, Mounts, Probe, RequestSettings, RunOptions, SkuLimits, TokenSource};
use sha2::{Digest, Sha256};

/// Hashes of 32 hex digits, over the deployment and over paths, sizes and times of its files: never over content,
/// since a model of a gigabyte must start at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// What an instance is made of, but for its code.
    pub besides_code: String,
    /// What an instance is made of: instances of another signature are replaced, or given new code. Their label.
    pub instance: String,
    /// The same and all that is applied while they run: their number, limits of requests, probes.
    pub whole: String,
}

pub fn signature(deployment: &Deployment, options: &RunOptions) -> Signature {
    let code = deployment.code.as_ref().map(|code| Folder::of_code(&code.folder));
    let model = deployment.model.as_ref().map(|model| Folder::whole(&model.path));
    let (code, model) = (hash_of(code), hash_of(model));
    let others = hash([&model, &looks_of_context(deployment).unwrap_or_default()]);
    let hosted = (options.watches(), is_debugged(deployment, options));
    let own_identity = options.identity == TokenSource::Machine;
    let launched = (
        options.engine,
        options.loose,
        options.pull,
        options.sku_limits,
        hosted,
        own_identity,
        options.mounts,
        &options.platform,
    );
    let made_of = serde_json::to_string(&(made_of(deployment, options), launched)).unwrap_or_default();
    let all = serde_json::to_string(&(deployment, launched, options.instances, options.time_scale, options.lock))
        .unwrap_or_default();
    // A copy does not follow what it is a copy of.
    let copied = if options.mounts == Mounts::Scratch { code.as_str() } else { "" }.to_owned();
    Signature {
        besides_code: hash([&made_of, &others, &copied]),
        instance: hash([&made_of, &others, &code]),
        whole: hash([&all, &others, &code]),
    }
}

fn hash<'a>(parts: impl IntoIterator<Item = &'a String>) -> String {
    let hash = parts.into_iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize();
    hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn hash_of(folder: Option<Folder>) -> String {
    let files = folder.into_iter().flat_map(|mut folder| folder.list());
    let lines =
        files.map(|(path, Stamp { bytes, nanoseconds, .. })| format!("{}\0{bytes}\0{nanoseconds}\n", path.display()));
    hash(&lines.collect::<Vec<_>>())
}

/// The deployment without what is applied to running instances; a key that is not named here restarts them.
fn made_of(deployment: &Deployment, options: &RunOptions) -> Deployment {
    let limited = options.sku_limits == SkuLimits::On;
    Deployment {
        request_settings: RequestSettings::default(),
        liveness_probe: Probe::default(),
        readiness_probe: Probe::default(),
        startup_probe: None,
        instance_count: 1,
        scale_settings: None,
        kept: serde_json::Map::new(),
        instance_type: deployment.instance_type.clone().filter(|_| limited),
        resources: deployment.resources.clone().filter(|_| limited),
        ..deployment.clone()
    }
}

/// As far as it is sent; one that cannot be read fails when it is built.
fn looks_of_context(deployment: &Deployment) -> Option<String> {
    let EnvironmentSource::Build { context, dockerfile } = &deployment.environment.source else { return None };
    BuildContext::read(context, dockerfile).ok().map(|context| context.looks())
}
