//! Kubernetes quantities.

/// `500m`, `2`, `1.5Gi`, `1e3` as a number; `None` where it is none.
pub fn quantity(text: &str) -> Option<f64> {
    let units = [
        ("Ki", 1024.0_f64),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
    ];
    let text = text.trim();
    let unit = units.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)));
    let (number, factor) = unit.unwrap_or((text, 1.0));
    number.parse::<f64>().ok().filter(|it| it.is_finite()).map(|it| it * factor)
}
