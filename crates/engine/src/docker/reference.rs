//! An image's name, taken apart.

/// The registry's host; Docker Hub where none is written.
pub fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
        _ => "docker.io",
    }
}

/// A reference without a tag would pull every tag.
pub fn with_tag(image: &str) -> String {
    let name = image.rsplit('/').next().unwrap_or(image);
    if name.contains([':', '@']) { image.to_owned() } else { format!("{image}:latest") }
}

/// `r.io:5000/a` of `r.io:5000/a:1`, also of one with a digest.
pub fn without_tag(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    let name = image.rfind('/').map_or(0, |slash| slash + 1);
    image[name..].find(':').map_or(image, |colon| &image[..name + colon])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_is_the_first_part_that_looks_like_a_host() {
        let rows = [
            ("mcr.microsoft.com/azureml/x:1", "mcr.microsoft.com"),
            ("localhost/x", "localhost"),
            ("127.0.0.1:5000/x", "127.0.0.1:5000"),
            ("library/x", "docker.io"),
            ("x:1", "docker.io"),
        ];
        for (image, expected) in rows {
            assert_eq!(registry(image), expected);
        }
    }

    #[test]
    fn only_one_tag_is_pulled() {
        assert_eq!(with_tag("r.io:5000/a"), "r.io:5000/a:latest");
        assert_eq!(with_tag("a:1"), "a:1");
        assert_eq!(with_tag("a@sha256:0"), "a@sha256:0");
    }

    #[test]
    fn a_name_is_the_same_with_any_tag() {
        for image in ["r.io:5000/a/b", "r.io:5000/a/b:1", "r.io:5000/a/b:1@sha256:0", "r.io:5000/a/b@sha256:0"] {
            assert_eq!(without_tag(image), "r.io:5000/a/b");
        }
        assert_eq!(without_tag("a:1"), "a");
    }
}
