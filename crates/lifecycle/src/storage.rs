//! The storage initializer's part of a start: model and code are where an instance will have them before there is one,
//! and its log says so.

pub mod files;
pub mod ignore_file;
mod landed;
pub mod left_out;
pub mod readable;
pub mod tree;
mod unpacked;

pub use unpacked::{discard_model, kept_models};

use crate::context::Context;
use crate::plan::mounts;
use crate::prepare::Prepared;
use diagnosis::{Diagnosis, check, engine as rows, local, spec, start};
use engine::{Access, Linked, Mount, MountSource, linked};
use model::{Deployment, EngineChoice, ModelAsset, Mounts, RunOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Instant;
use unpacked::{Fault, Unpacked, unpacked};

/// What the instances of one version get.
#[derive(Debug)]
pub struct Storage {
    pub mounts: Vec<Mount>,
    /// Links to what no container gets.
    left: Vec<PathBuf>,
    /// Stays in the cache as long as another instance may start.
    unpacked: Option<Unpacked>,
}

/// Before the image is made: an archive that is none is known in seconds.
pub async fn bring(context: &Context, deployment: &Deployment, options: &RunOptions) -> Result<Storage, Diagnosis> {
    let unpacked = match deployment.model.as_ref().filter(|model| model.unpack) {
        Some(model) => unpack(context, deployment, model).await?,
        None => None,
    };
    let mounts = mounts(deployment, unpacked.as_ref().map(|it| it.content.as_path()));
    let access = match options.mounts {
        Mounts::ReadOnly => Access::ReadOnly,
        Mounts::Scratch => Access::Scratch,
    };
    let mut mounts: Vec<_> = mounts.into_iter().map(|mount| Mount { access, ..mount }).collect();
    let Linked { mounts: further, left } = match options.engine {
        // It follows them on this machine.
        EngineChoice::Process => Linked::default(),
        EngineChoice::Auto | EngineChoice::Docker => linked(&own(&mounts, unpacked.as_ref()), &mounts),
    };
    mounts.extend(further);
    Ok(Storage { mounts, left, unpacked })
}

/// The user's own files. Where the links of an archive lead is for whoever packed it to say, and no reason to show a file of
/// this machine.
fn own(mounts: &[Mount], unpacked: Option<&Unpacked>) -> Vec<Mount> {
    let is_packed = |mount: &Mount| unpacked.is_some_and(|it| mount.source == MountSource::Path(it.content.clone()));
    mounts.iter().filter(|mount| !is_packed(mount)).cloned().collect()
}

async fn unpack(context: &Context, deployment: &Deployment, model: &ModelAsset) -> Result<Option<Unpacked>, Diagnosis> {
    let since = Instant::now();
    let report = |text: String| context.progress(&deployment.name, text);
    let found = unpacked(&context.folders.cache, &model.path, &report).await.map_err(|fault| {
        let fault = explained(deployment, &context.folders.cache, fault);
        context.stored(deployment, vec![logged(deployment, &fault)], &[]);
        fault
    })?;
    match &found {
        Some(it) if it.made => report(format!("unpacked in {:.1} s", since.elapsed().as_secs_f64())),
        Some(_) => {}
        None => report(format!("{} is set, and the model has no archive", semantics::unpack::PROPERTY)),
    }
    Ok(found)
}

/// Its log is the deployment's own.
fn logged(deployment: &Deployment, fault: &Diagnosis) -> String {
    let name = format!("{}: ", deployment.name);
    fault.message.strip_prefix(&name).unwrap_or(&fault.message).to_owned()
}

fn explained(deployment: &Deployment, cache: &Path, fault: Fault) -> Diagnosis {
    let name = &deployment.name;
    let of_model = |what: String, cause| {
        let message = format!("{name}: Unable to download user model: {what}");
        Diagnosis::error(spec::MODEL_NOT_FOUND, message).caused_by(cause)
    };
    match fault {
        Fault::Archive { path, why } => {
            let what = format!("{} cannot be unpacked", deployment.shown(&path).display());
            of_model(what, start::USER_MODEL_ARCHIVE_INVALID).fact("reason", why)
        }
        Fault::Unreadable { path, error } if error.kind() == ErrorKind::NotFound => missing(deployment, &path),
        Fault::Unreadable { path, error } => {
            let what = format!("{} cannot be read ({error})", deployment.shown(&path).display());
            of_model(what, start::USER_MODEL_UNREADABLE)
        }
        Fault::Full => {
            let message = format!("{name}: the unpacked model does not fit on the disk of {}", cache.display());
            Diagnosis::error(check::OUT_OF_QUOTA, message).caused_by(rows::DISK_FULL)
        }
        Fault::Cache(words) => Diagnosis::error(local::STATE_UNWRITABLE, format!("{name}: {words}")),
    }
}

/// In Azure's words.
pub fn missing(deployment: &Deployment, path: &Path) -> Diagnosis {
    let message = format!("{}: Unable to download user model: {} does not exist", deployment.name, path.display());
    Diagnosis::error(spec::MODEL_NOT_FOUND, message).caused_by(start::USER_MODEL_NOT_FOUND)
}

impl Storage {
    /// What landed where, once it is known who will read it.
    pub fn landed(&self, context: &Context, deployment: &Deployment, prepared: &Prepared) -> Result<(), Diagnosis> {
        let mut lines = landed::listed(self, deployment, prepared.kind);
        context.say_all(left_out::notes(deployment));
        let reads_as = prepared.base.facts.reads_as.as_ref();
        let read = reads_as.map_or(Ok(vec![]), |ids| readable::checked(deployment, self.model(deployment), ids));
        lines.extend(read.as_ref().err().map(|fault| logged(deployment, fault)));
        context.stored(deployment, lines, &self.mounts);
        read.map(|notes| context.say_all(notes))
    }

    /// Where the model lies on this machine.
    fn model(&self, deployment: &Deployment) -> Option<PathBuf> {
        let unpacked = self.unpacked.as_ref().map(|it| it.content.clone());
        unpacked.or_else(|| deployment.model.as_ref().map(|model| model.path.clone()))
    }
}
