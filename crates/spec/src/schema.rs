//! Every key that az takes, at every level, as data: its form and what becomes of it here.
//! Source: azure-ai-ml 1.35.2 (`_schema/_endpoint/online`, `_schema/_deployment/online`), read 2026-11-22.

pub mod assets;
pub mod collector;
pub mod deployment;
pub mod endpoint;
pub mod former;
pub mod overlay;
pub mod settings;

/// A mapping with known keys.
#[derive(Debug)]
pub struct Block {
    /// What it is, for messages: "a managed deployment".
    pub name: &'static str,
    /// The keys; in parts, so that kinds share them.
    pub keys: &'static [&'static [Key]],
}

#[derive(Debug)]
pub struct Key {
    pub name: &'static str,
    pub form: Form,
    pub required: bool,
    pub fate: Fate,
    /// One line: what it does.
    pub doc: &'static str,
    /// What holds when the key is absent.
    pub default: Option<&'static str>,
    pub unit: Option<&'static str>,
    /// What the service takes; az's loader looks at few ranges.
    pub range: Option<&'static str>,
}

/// What becomes of a key here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It does here what it does in Azure.
    Honoured,
    /// It names or describes and changes nothing that runs, here or in Azure. Kept.
    Describes,
    /// It means something in Azure only. Kept, and said once.
    AzureOnly,
    /// Azure writes it; az drops it when it reads.
    ReadOnly,
}

/// The form of a value. az is lenient about numbers and booleans, strict about text.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    Text,
    Int,
    /// 0 to 1.
    Rate,
    /// Text that begins with `azureml:`.
    Id,
    Bool,
    /// Any letter case; stored as spelled here.
    OneOf(&'static [&'static str]),
    /// The same, and in camel case: `AMLToken`.
    OneOfCamel(&'static [&'static str]),
    /// Text, a number, a boolean: a version.
    Version,
    /// The same, and null.
    VersionOrNull,
    /// A mapping of anything.
    Anything,
    /// A mapping of names to values of one form.
    MapOf(&'static Form),
    ListOf(&'static Form),
    Block(&'static Block),
    /// `azureml:...`, `azureml://...`, with `file` also `file:...`; or a block.
    Reference {
        block: &'static Block,
        file: bool,
    },
    /// Text (a path, an image), or a block.
    TextOr(&'static Block),
    /// A path, or a mapping of anything.
    PathOrMap,
    /// Not looked at, but null is refused.
    Unchecked,
    /// Anything at all; az does not look at it in an inline environment.
    Loose,
}

impl Block {
    pub fn all(&self) -> impl Iterator<Item = &'static Key> + use<> {
        self.keys.iter().flat_map(|part| part.iter())
    }

    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.all().find(|key| key.name == name)
    }

    /// The blocks directly below, with the key that leads to them.
    pub fn below(&self) -> impl Iterator<Item = (&'static Key, &'static Block)> + use<> {
        self.all().filter_map(|key| key.form.block().map(|block| (key, block)))
    }
}

impl Form {
    pub fn block(&self) -> Option<&'static Block> {
        match self {
            Self::Block(block) | Self::Reference { block, .. } | Self::TextOr(block) => Some(block),
            _ => None,
        }
    }
}

impl Key {
    const fn of(name: &'static str, form: Form, fate: Fate, doc: &'static str) -> Self {
        Self { name, form, required: false, fate, doc, default: None, unit: None, range: None }
    }

    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = Some(unit);
        self
    }

    pub const fn range(mut self, range: &'static str) -> Self {
        self.range = Some(range);
        self
    }
}

pub const fn honoured(name: &'static str, form: Form, doc: &'static str) -> Key {
    Key::of(name, form, Fate::Honoured, doc)
}

pub const fn describes(name: &'static str, form: Form, doc: &'static str) -> Key {
    Key::of(name, form, Fate::Describes, doc)
}

pub const fn azure_only(name: &'static str, form: Form, doc: &'static str) -> Key {
    Key::of(name, form, Fate::AzureOnly, doc)
}

pub const fn read_only(name: &'static str, doc: &'static str) -> Key {
    Key::of(name, Form::Unchecked, Fate::ReadOnly, doc)
}
