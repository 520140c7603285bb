//! "Did you mean".

/// The candidate that was probably meant, when one is near enough.
pub fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let written = plain(written);
    let near = |candidate: &'a str| (distance(&written, &plain(candidate)), candidate);
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let begins = |it: &&&str| written.len() > 3 && plain(it).starts_with(&written);
    if let (Some(only), 1) = (candidates.iter().find(begins), candidates.iter().filter(begins).count()) {
        return Some(only);
    }
    let best = candidates.into_iter().map(near).min_by_key(|(far, _)| *far)?;
    (best.0 <= (written.chars().count() / 3).clamp(1, 4)).then_some(best.1)
}

/// Edits (insert, delete, replace, swap of neighbours) from one text to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(64).collect(), b.chars().take(64).collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    rows[0] = (0..=b.len()).collect();
    for i in 1..=a.len() {
        rows[i][0] = i;
        for j in 1..=b.len() {
            let replace = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            rows[i][j] = replace.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                rows[i][j] = rows[i][j].min(rows[i - 2][j - 2] + 1);
            }
        }
    }
    rows[a.len()][b.len()]
}
