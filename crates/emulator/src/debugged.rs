//! What `--debug` means of what is put: a debug port for each deployment that can be debugged, open before anything starts.

use crate::debug_port::Debuggee;
use crate::running::Running;
use crate::start::internal;
use control::state::{BoundPort, ProjectState, bind_scoring};
use diagnosis::{Diagnosis, local, plan as rows};
use lifecycle::plan::is_debugged;
use model::{Deployment, Desired, RunOptions};

impl Running {
    /// # Errors
    /// `NothingToDebug`, `PortTaken`.
    pub(crate) fn bind_debug(
        &self,
        desired: &Desired,
        state: &mut ProjectState,
    ) -> Result<Vec<(Debuggee, BoundPort)>, Diagnosis> {
        let deployments = || desired.endpoints.iter().flat_map(|endpoint| &endpoint.deployments);
        let debugged = |deployment: &&Deployment| is_debugged(deployment, &desired.options);
        if desired.options.debug && !deployments().any(|deployment| debugged(&deployment)) {
            return Err(Diagnosis::error(local::NOTHING_TO_DEBUG, ""));
        }
        let closed = |deployment: &&Deployment| self.debug_ports.port(&deployment.endpoint, &deployment.name).is_none();
        let mut bound = vec![];
        for deployment in deployments().filter(debugged).filter(closed) {
            let (endpoint, deployment) = (deployment.endpoint.clone(), deployment.name.clone());
            let usual = state.debug_port(&endpoint, &deployment);
            let port = bind_scoring(&self.home, None, None, usual)?;
            state.debug_ports.entry(endpoint.clone()).or_default().insert(deployment.clone(), port.port);
            bound.push((Debuggee { lifecycle: self.lifecycle.clone(), endpoint, deployment }, port));
        }
        Ok(bound)
    }

    pub(crate) fn open_debug(&self, bound: Vec<(Debuggee, BoundPort)>) -> Result<(), Diagnosis> {
        for (debuggee, BoundPort { listener, port, moved_from }) in bound {
            if let Some(taken) = moved_from {
                let message = format!(
                    "{}: debug port {taken} is taken by somebody else, so it is {port} from now on",
                    debuggee.deployment
                );
                let remedy = "`local-endpoint vscode` writes it into launch.json";
                self.say(Diagnosis::note(rows::PORT_MOVED, message).remedy(remedy));
            }
            self.debug_ports.open(listener, port, debuggee).map_err(|error| internal(&error))?;
        }
        Ok(())
    }

    /// Said of what somebody puts.
    pub(crate) fn say_debugged(&self, deployment: &Deployment, options: &RunOptions) {
        let name = &deployment.name;
        let note = match self.debug_ports.port(&deployment.endpoint, name) {
            Some(port) => Diagnosis::note(
                rows::DEBUGGED,
                format!("{name}: one instance with one worker for the debugger, which attaches at 127.0.0.1:{port}"),
            ),
            None if options.debug => Diagnosis::note(
                rows::NOT_DEBUGGED,
                format!("{name}: has no scoring script in the inference server, and runs as without --debug"),
            ),
            None => return,
        };
        self.say(note);
    }
}
