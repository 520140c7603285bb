//! Starting one child; a failed start leaves nothing behind.

use super::instance::Instance;
use super::record::Record;
use super::{ProcessEngine, command, group::Group, install::locked, root};
use crate::{EngineError, InstanceHandle, Launch, Started};
use std::sync::Arc;

impl ProcessEngine {
    pub(super) fn start_process(&self, launch: &Launch) -> Result<Started, EngineError> {
        let mut record = Record {
            name: launch.name.clone(),
            labels: launch.labels.clone(),
            private_root: launch.private_root.clone(),
            owner: Group::of_this_process(),
            environment: Some(launch.base.name.clone().into()),
            group: None,
        };
        self.ledger.reserve(&record)?;
        let started = self.run(launch, &mut record);
        if started.is_err() {
            self.forget(&record)?;
        }
        started
    }

    fn run(&self, launch: &Launch, record: &mut Record) -> Result<Started, EngineError> {
        self.guard_paths(record)?;
        let workdir = root::make(launch)?;
        let ports = command::Ports::free(&launch.ports).map_err(|error| other(&error))?;
        let command = command::of(launch, &workdir, &ports)?;
        let (addresses, held) = (ports.addresses.clone(), ports.held());
        let released = self.when_ended();
        let instance = Instance::run(command, move |group| {
            drop(held);
            released(group);
        })?;
        if let Err(error) = self.guard(&instance, record) {
            instance.group.kill();
            return Err(error);
        }
        let handle = InstanceHandle(launch.name.clone());
        self.instances().insert(handle.clone(), Arc::new(instance));
        Ok(Started { handle, addresses, copied: vec![] })
    }

    fn guard(&self, instance: &Instance, record: &mut Record) -> Result<(), EngineError> {
        locked(&self.watchdog).guard(&instance.group).map_err(|error| other(&error))?;
        record.group = Some(instance.group.clone());
        self.ledger.write(record)
    }

    fn guard_paths(&self, record: &Record) -> Result<(), EngineError> {
        let mut watchdog = locked(&self.watchdog);
        for path in [&record.private_root, &self.ledger.path(&record.name)] {
            watchdog.guard_path(path).map_err(|error| other(&error))?;
        }
        Ok(())
    }

    fn when_ended(&self) -> impl FnOnce(&Group) + Send + 'static {
        let watchdog = Arc::clone(&self.watchdog);
        move |group| locked(&watchdog).release(group)
    }

    /// Removes what is on the disk of an instance.
    pub(super) fn forget(&self, record: &Record) -> Result<(), EngineError> {
        root::remove(&record.private_root)?;
        self.ledger.remove(&record.name)?;
        let mut watchdog = locked(&self.watchdog);
        watchdog.release_path(&record.private_root);
        watchdog.release_path(&self.ledger.path(&record.name));
        Ok(())
    }
}

fn other(error: &std::io::Error) -> EngineError {
    EngineError::Other(error.to_string())
}
