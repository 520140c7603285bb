//! Whether the image is for the processors that run it, here and in Azure.

use diagnosis::{Diagnosis, plan as rows};
use engine::{About, Base};
use model::Deployment;
use semantics::image::architecture::{Judged, judged};

pub fn architecture(deployment: &Deployment, base: &Base, about: &About) -> Option<Diagnosis> {
    let Judged { image, machine, emulated, of_azure } = judged(&base.facts.arch, &about.arch)?;
    let here = emulated.then(|| {
        format!("the engine's machine is {machine}, so it runs emulated: many times slower, or not at all (`exec format error`)")
    });
    let there = (!of_azure).then(|| "Azure's machines are amd64, where it does not run".to_owned());
    let both = here.into_iter().chain(there).collect::<Vec<_>>().join("; ");
    let message = format!("{}: the image {} is for {image}; {both}", deployment.name, base.name);
    Some(Diagnosis::warning(rows::ARCHITECTURE_DIFFERS, message))
}
