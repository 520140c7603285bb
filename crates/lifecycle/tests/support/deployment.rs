//! The deployment that tests begin with: `blue` of `credit`, with a script and a model, in an image.

use model::{
    AssetRef, Code, CondaFile, CondaPackage, Deployment, DeploymentKind, DeploymentName, EndpointName, Environment,
    EnvironmentSource, InferenceConfig, ModelAsset, ModelType, Probe, RequestSettings, Route,
};
use serde_json::json;
use std::path::Path;

pub const IMAGE: &str = "azureml-like:1";

pub fn deployment() -> Deployment {
    Deployment {
        name: DeploymentName::new("blue"),
        endpoint: EndpointName::new("credit"),
        kind: DeploymentKind::Managed,
        model: Some(model("/home/me/credit/model/model.pkl")),
        model_mount_path: None,
        code: Some(Code { folder: "/home/me/credit/src".into(), scoring_script: "score.py".into() }),
        environment: environment(None),
        environment_variables: Default::default(),
        request_settings: RequestSettings::default(),
        liveness_probe: Probe::default(),
        readiness_probe: Probe::default(),
        startup_probe: None,
        instance_count: 1,
        instance_type: Some("Standard_DS3_v2".into()),
        scale_settings: None,
        data_collector: None,
        resources: None,
        egress: model::Egress::Enabled,
        kept: Default::default(),
        file: "/home/me/credit/blue.yml".into(),
    }
}

/// The same in a new version: its instances are made of something else.
pub fn renewed() -> Deployment {
    Deployment { environment_variables: [("VERSION".to_owned(), "2".to_owned())].into(), ..deployment() }
}

pub fn model(path: impl AsRef<Path>) -> ModelAsset {
    ModelAsset {
        reference: AssetRef::Local,
        name: "credit-model".into(),
        version: "3".into(),
        kind: ModelType::CustomModel,
        path: path.as_ref().to_owned(),
        unpack: false,
    }
}

pub fn environment(conda: Option<CondaFile>) -> Environment {
    Environment {
        reference: AssetRef::Local,
        source: EnvironmentSource::Image {
            image: IMAGE.into(),
            written: "mcr.microsoft.com/azureml/minimal:1".into(),
            conda,
        },
        inference_config: None,
    }
}

/// The user's own server, without a script of ours.
pub fn custom_container() -> Deployment {
    let route = |path: &str| Route { port: 8080, path: path.into() };
    let config = InferenceConfig {
        liveness_route: route("/live"),
        readiness_route: route("/ready"),
        scoring_route: route("/predict"),
    };
    let environment = Environment { inference_config: Some(config), ..environment(None) };
    Deployment { code: None, environment, ..deployment() }
}

/// A model that comes without code and environment: `mlflow` or `triton`.
pub fn no_code(kind: &str) -> Deployment {
    let (conda, inference_config, kind) = match kind {
        "mlflow" => {
            let file = conda(&[("python", "=3.11.7")], &["mlflow==3.17.2"]);
            (Some(file), None, ModelType::MlflowModel)
        }
        _ => (None, custom_container().environment.inference_config, ModelType::TritonModel),
    };
    let environment = Environment { reference: AssetRef::OfModel, inference_config, ..environment(conda) };
    let model = Some(ModelAsset { kind, ..model("/home/me/credit/models") });
    let model = model.map(|model| ModelAsset { name: "credit".into(), ..model });
    Deployment { code: None, model, environment, ..deployment() }
}

pub fn with_conda(conda: CondaFile) -> Deployment {
    Deployment { environment: environment(Some(conda)), ..deployment() }
}

pub fn conda(packages: &[(&str, &str)], pip: &[&str]) -> CondaFile {
    let package = |(name, constraint): &(&str, &str)| CondaPackage {
        name: (*name).to_owned(),
        constraint: (*constraint).to_owned(),
    };
    CondaFile {
        path: Some("/home/me/credit/environment/conda.yaml".into()),
        line: 4,
        channels: vec!["conda-forge".into()],
        packages: packages.iter().map(package).collect(),
        pip: pip.iter().map(|line| (*line).to_owned()).collect(),
        document: json!({
            "channels": ["conda-forge"],
            "dependencies": packages.iter().map(|(name, constraint)| json!(format!("{name}{constraint}")))
                .chain([json!("pip"), json!({ "pip": pip })]).collect::<Vec<_>>(),
        }),
    }
}
