//! A model with the property `azureml.unpack: True`: its archives are unpacked once, before the container starts.
//! What an archive holds lies where the archive lay, which is gone.

/// The property's name.
pub const PROPERTY: &str = "azureml.unpack";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Archive {
    Tar,
    TarGz,
    Zip,
}

/// Whether the property's value asks for it.
pub fn asked(value: &str) -> bool {
    value.eq_ignore_ascii_case("true")
}

/// By the name of a file; `None`: it stays as it is.
pub fn archive(name: &str) -> Option<Archive> {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        _ if name.ends_with(".tar.gz") || name.ends_with(".tgz") => Some(Archive::TarGz),
        _ if name.ends_with(".tar") => Some(Archive::Tar),
        _ if name.ends_with(".zip") => Some(Archive::Zip),
        _ => None,
    }
}
