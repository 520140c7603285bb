//! Azure ML YAML, read exactly as az ml reads it: a project folder in, desired endpoints out, or every fault at
//! once, each with its place.
//!
//! Three layers: the tree (`tree`) knows where each value was written; `written` is the documents as written;
//! `meant` lowers them to the types of `model`. `schema` is the table of all keys.

mod assemble;
mod az;
mod azure_only;
mod check;
mod classify;
mod discover;
mod files;
mod findings;
mod json_schema;
mod keys;
mod load;
mod meant;
mod notices;
mod overlay;
mod overrides;
mod paths;
mod placeholder;
mod project_assets;
mod same_names;
mod schema;
mod source;
mod survey;
mod tree;
mod variables;
mod written;
mod yaml_file;

pub use az::as_az_loads;
pub use azure_only::AzureOnly;
pub use findings::By;
pub use json_schema::json_schema;
pub use keys::{KeyRow, Kind, Verdict, keys, keys_of};
pub use load::{Project, load};
pub use model::LoadRequest;
pub use overlay::Overlay;
pub use semantics::nearest::nearest;
pub use survey::{Survey, Surveyed, survey};
pub use yaml_file::YamlFile;
