//! Processors: those an image is for, those of the machine that runs it, and Azure's.

/// Every size that managed endpoints take has processors of Intel or AMD (reference-managed-online-endpoints-vm-sku-list),
/// and the Kubernetes extension runs on no others (how-to-attach-kubernetes, limitations).
const AZURE: &str = "amd64";

/// Both in the words of images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub image: String,
    pub machine: String,
    pub emulated: bool,
    pub of_azure: bool,
}

/// `None`: there is nothing to say, or nothing known.
pub fn judged(image: &str, machine: &str) -> Option<Judged> {
    let (image, machine) = (in_words_of_images(image), in_words_of_images(machine));
    let (emulated, of_azure) = (image != machine, image == AZURE);
    let said = !image.is_empty() && !machine.is_empty() && (emulated || !of_azure);
    said.then(|| Judged { image: image.to_owned(), machine: machine.to_owned(), emulated, of_azure })
}

/// Kernels have other names than images.
fn in_words_of_images(name: &str) -> &str {
    match name {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "armv7l" => "arm",
        other => other,
    }
}
