//! An endpoint that is up: its document, its key, and requests to it.

use crate::{Answer, Process, Project, Request, Value};
use std::ops::Deref;

/// Derefs to its project.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub project: Project,
    /// What `up -d -o json` printed.
    pub document: Value,
    pub key: String,
}

impl Deref for Endpoint {
    type Target = Project;

    fn deref(&self) -> &Project {
        &self.project
    }
}

impl Endpoint {
    pub(crate) fn new(project: Project, document: Value) -> Self {
        let name = document["endpoints"][0]["name"].as_str().unwrap();
        let keyed = document["endpoints"][0]["auth_mode"] == "key";
        let which: &[&str] = if keyed { &["--key", "primary"] } else { &["--token"] };
        let key = project.words(&[&["keys", "-e", name], which].concat()).succeeds().stdout.trim().to_owned();
        Self { project, document, key }
    }

    /// Its own document.
    pub fn endpoint(&self) -> &Value {
        &self.document["endpoints"][0]
    }

    pub fn port(&self) -> u16 {
        u16::try_from(self.endpoint()["port"].as_u64().unwrap()).unwrap()
    }

    /// A POST to the scoring URI with the key.
    pub fn request(&self) -> Request {
        let uri = self.endpoint()["scoring_uri"].as_str().unwrap();
        let (_, path) = uri.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let request = Request::post(self.port(), &format!("/{path}"));
        request.header("Authorization", &format!("Bearer {}", self.key)).header("Content-Type", "application/json")
    }

    pub fn score(&self, body: Value) -> Answer {
        self.request().json(body).send()
    }

    /// What `status -o json` says now.
    pub fn status(&self) -> Value {
        self.project.run(["status", "-o", "json"]).succeeds().json()
    }

    /// Process number of each deployment's server, by its own word.
    pub fn worker(&self, deployment: &str) -> Value {
        let request = self.request().header("azureml-model-deployment", deployment);
        let answer = request.json(crate::json!({})).send().is(200).json();
        answer["pid"].clone()
    }

    pub fn emulator(&self) -> Process {
        let pid = self.document["emulators"][0]["pid"].as_u64().unwrap();
        Process::of(u32::try_from(pid).unwrap()).expect("the emulator runs")
    }

    /// Something else than its number stays the same only while it is not started again.
    pub fn instances(&self) -> Vec<String> {
        match self.home.engine() {
            crate::Engine::Docker => self.containers(),
            crate::Engine::Process => self.servers().iter().map(|server| server.pid.to_string()).collect(),
        }
    }

    /// Kills the one that has run longest, as a machine would lose it. Returns at the moment of its end, which its engine
    /// need not know yet.
    pub fn loses_its_oldest_instance(&self) {
        match self.home.engine() {
            crate::Engine::Docker => {
                let oldest = self.containers().pop().expect("an instance runs");
                let pid = self.shell(&format!("docker inspect -f '{{{{.State.Pid}}}}' {oldest}")).succeeds().stdout;
                let process = Process::of(pid.trim().parse().unwrap()).expect("its process runs");
                let project = self.project.clone();
                std::thread::spawn(move || project.shell(&format!("docker kill {oldest}")));
                process.ends();
            }
            crate::Engine::Process => {
                let instances = self.emulator().children();
                let server = instances.iter().find(|child| child.command.contains("--entry_script"));
                let server = server.expect("an instance runs");
                let workers = server.children();
                [server].into_iter().chain(&workers).for_each(Process::kill);
                [server].into_iter().chain(&workers).for_each(Process::ends);
            }
        }
    }

    /// The inference servers of the process engine, their workers included.
    pub fn servers(&self) -> Vec<Process> {
        self.processes().into_iter().filter(|process| process.command.contains("--entry_script")).collect()
    }
}
