//! Will it survive the cloud? Azure's rules held against a project, without starting anything: what az's loader and
//! the service refuse (`spec` says so), and what kills a container later (`rules/`). `table` has every finding's id.

mod document;
mod finding;
mod formats;
mod human;
mod needs;
mod python;
mod report;
mod rules;
mod subject;
mod table;

pub use finding::Finding;
pub use formats::{junit, sarif};
pub use human::{BeforeUp, before_up, human};
pub use needs::{Needs, Quota, needs};
pub use report::{Checked, Report, Request, Wanted, check};
pub use semantics::sku::{SKUS, Sku};
pub use table::{ROWS, Row};
