//! Tags that name another image later.

use std::time::Duration;

/// Azure's inference images are renewed every two weeks (documented: vulnerability management): a copy that is older is
/// most likely not what Azure pulls now, and a younger one says nothing.
pub const RENEWED: Duration = Duration::from_secs(14 * 24 * 3600);

/// `latest`, no tag, or one without a digit; a tag that names a version is taken for what it says.
pub fn is_floating(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or(image);
    !name.contains('@') && name.split_once(':').is_none_or(|(_, tag)| !tag.contains(|c: char| c.is_ascii_digit()))
}
