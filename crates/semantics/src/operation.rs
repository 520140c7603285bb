//! Two operations on one deployment at the same time: one of them gives way.

use model::DeploymentKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Create, update or scale.
    Put,
    Delete,
    /// `down`: the emulator's own, which Azure does not have.
    TakeDown,
}

/// What becomes of the later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It wants what is under way already: both end together.
    Joins,
    /// The earlier one ends with `OperationCanceled`.
    Overrides,
    /// It begins when the earlier one has ended.
    Waits,
    /// 409: it is refused.
    Conflicts,
}

/// `same`: both puts want the same state.
pub fn decide(kind: DeploymentKind, under_way: Operation, wanted: Operation, same: bool) -> Verdict {
    match (kind, under_way, wanted) {
        (_, _, Operation::TakeDown) => Verdict::Overrides,
        (_, Operation::TakeDown, _) => Verdict::Conflicts,
        (_, Operation::Put, Operation::Put) if same => Verdict::Joins,
        (_, Operation::Delete, Operation::Delete) => Verdict::Joins,
        (DeploymentKind::Kubernetes, _, _) => Verdict::Conflicts,
        (DeploymentKind::Managed, Operation::Delete, Operation::Put) => Verdict::Waits,
        (DeploymentKind::Managed, Operation::Put, _) => Verdict::Overrides,
    }
}
