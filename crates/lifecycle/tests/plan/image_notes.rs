//! What is said of an image before it is used.

use crate::deployment::deployment;
use crate::fixture;
use diagnosis::{Style, print_all};
use engine::ImageSource;
use lifecycle::plan::image_notes;
use model::{Deployment, EnvironmentSource};

const DAY: i64 = 24 * 3600;
const NOW: i64 = 1_000 * DAY;

fn of(image: &str) -> Deployment {
    let mut deployment = deployment();
    let (image, written) = (image.to_owned(), image.to_owned());
    deployment.environment.source = EnvironmentSource::Image { image, written, conda: None };
    deployment
}

fn pulled(days: i64) -> ImageSource {
    ImageSource { digest: Some("x@sha256:1".into()), pulled: Some(NOW - days * DAY), ..ImageSource::default() }
}

fn told(image: &str, source: &ImageSource) -> String {
    print_all(&image_notes(&of(image), source, NOW), Style::Plain)
}

const LATEST: &str = "mcr.microsoft.com/azureml/minimal-py311-inference:latest";

#[test]
fn whatever_there_is_to_say() {
    let seen = ImageSource { pulled: None, seen: Some(NOW - 20 * DAY), ..pulled(0) };
    let login = |registry: &str| ImageSource { login: Some(registry.into()), ..ImageSource::default() };
    let all = [
        told(LATEST, &pulled(43)),
        told(LATEST, &seen),
        told("mine.azurecr.io/model:1", &login("mine.azurecr.io")),
        told("ghcr.io/me/model:1", &login("ghcr.io")),
        told("mine.azurecr.io/model:latest", &ImageSource { login: Some("mine.azurecr.io".into()), ..pulled(14) }),
    ];
    fixture::text("image-notes.txt", &all.join("\n"));
}

#[test]
fn where_there_is_nothing_to_say_nothing_is_said() {
    let silent = [
        (LATEST, pulled(13)),
        ("python:3.11-slim", pulled(400)),
        // Made here: no registry has a newer one.
        (LATEST, ImageSource { digest: None, ..pulled(400) }),
        ("python:latest", ImageSource { login: Some("docker.io".into()), ..pulled(1) }),
        (LATEST, ImageSource::default()),
    ];
    for (image, source) in silent {
        assert_eq!(told(image, &source), "", "{image} {source:?}");
    }
    let mut stand_in = of(LATEST);
    let written = "mcr.microsoft.com/azureml/other:latest".to_owned();
    stand_in.environment.source = EnvironmentSource::Image { image: LATEST.into(), written, conda: None };
    assert_eq!(image_notes(&stand_in, &pulled(400), NOW), vec![]);
}
