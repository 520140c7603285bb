//! A Python file, parsed and never imported.

use diagnosis::{Place, Snippet};
use std::path::{Path, PathBuf};
use tree_sitter::{Node, Parser, Tree};

pub struct Script {
    /// As messages name it.
    shown: PathBuf,
    text: String,
    tree: Tree,
}

/// Where in the script.
pub type At<'a> = Node<'a>;

pub struct Function<'a> {
    pub at: At<'a>,
    pub decorated: bool,
    pub parameters: Vec<Parameter<'a>>,
}

pub struct Parameter<'a> {
    pub name: &'a str,
    pub required: bool,
    /// `*args`, `**kwargs`, or before a `/`.
    pub odd: bool,
}

pub struct Import<'a> {
    /// The first part of the module's name.
    pub top: &'a str,
    pub at: At<'a>,
}

/// Names that the module has once it is loaded.
pub enum Defined<'a> {
    Function(Function<'a>),
    /// A class, an assignment or an import: what it is, nobody can say without running it.
    Otherwise,
}

impl Script {
    /// `None`: unreadable or beyond the parser.
    pub fn read(path: &Path, shown: PathBuf) -> Option<Self> {
        let text = std::fs::read_to_string(path).ok()?;
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
        let tree = parser.parse(&text, None)?;
        Some(Self { shown, text, tree })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn place(&self, at: At<'_>, label: &str) -> Place {
        let (start, end) = (at.start_position(), at.end_position());
        let line = self.text.lines().nth(start.row).unwrap_or_default();
        let column = line.get(..start.column).map_or(0, |before| before.chars().count());
        let last = if end.row == start.row { end.column } else { line.len() };
        let length = line.get(start.column..last).map_or(1, |part| part.trim_end().chars().count().max(1));
        let snippet = Snippet { line: line.to_owned(), length, label: label.to_owned() };
        Place::Yaml { file: self.shown.clone(), line: start.row + 1, column: column + 1, snippet: Some(snippet) }
    }

    pub fn whole(&self) -> Place {
        Place::File(self.shown.clone())
    }

    /// The first place that is no Python.
    pub fn error(&self) -> Option<At<'_>> {
        let root = self.tree.root_node();
        if !root.has_error() {
            return None;
        }
        first(root, &|node| node.is_error() || node.is_missing()).or(Some(root))
    }

    /// What `name` is at the end of the module.
    pub fn defined(&self, name: &str) -> Option<Defined<'_>> {
        let mut found = None;
        self.statements(self.tree.root_node(), false, &mut |node, _| {
            if let Some(defined) = self.defines(node, name) {
                found = Some(defined);
            }
        });
        found
    }

    /// `from x import *` may bring anything.
    pub fn has_star_import(&self) -> bool {
        first(self.tree.root_node(), &|node| node.kind() == "wildcard_import").is_some()
    }

    /// Absolute imports that run whenever the module is loaded: none below `try`, `if` or a function.
    pub fn imports(&self) -> Vec<Import<'_>> {
        let mut found = vec![];
        self.statements(self.tree.root_node(), false, &mut |node, conditional| {
            if conditional {
                return;
            }
            match node.kind() {
                "import_statement" => found.extend(names(node).into_iter().map(|it| self.import(it))),
                "import_from_statement" => {
                    let module = node.child_by_field_name("module_name").filter(|it| it.kind() == "dotted_name");
                    found.extend(module.map(|it| self.import(it)));
                }
                _ => {}
            }
        });
        found
    }

    /// Calls whose function is written `a.b` with `b` one of these.
    pub fn calls(&self, methods: &[&str]) -> Vec<(&str, At<'_>)> {
        let mut found = vec![];
        each(self.tree.root_node(), &mut |node| {
            let function = (node.kind() == "call").then(|| node.child_by_field_name("function")).flatten();
            let Some(function) = function.filter(|it| it.kind() == "attribute") else { return };
            let parts = self.of(function).rsplit_once('.').filter(|(_, method)| methods.contains(method));
            found.extend(parts.map(|(object, _)| (object, function)));
        });
        found
    }

    /// Texts that stand as they are, without anything put in.
    pub fn texts(&self) -> Vec<(&str, At<'_>)> {
        let mut found = vec![];
        each(self.tree.root_node(), &mut |node| {
            if node.kind() != "string" {
                return;
            }
            let inside: Vec<_> = children(node).into_iter().map(|it| (it.kind(), it)).collect();
            if let [("string_start", _), ("string_content", text), ("string_end", _)] = inside[..] {
                found.push((self.of(text), node));
            }
        });
        found
    }

    /// Variables that are set to the result of a call of `function`.
    pub fn results_of(&self, function: &str) -> Vec<&str> {
        let mut found = vec![];
        each(self.tree.root_node(), &mut |node| {
            let sides = (node.child_by_field_name("left"), node.child_by_field_name("right"));
            if let ("assignment", (Some(left), Some(right))) = (node.kind(), sides) {
                let called = right.child_by_field_name("function").map(|it| self.of(it));
                if called.is_some_and(|it| it == function || it.ends_with(&format!(".{function}"))) {
                    found.push(self.of(left));
                }
            }
        });
        found
    }

    fn import<'a>(&'a self, module: Node<'a>) -> Import<'a> {
        Import { top: self.of(module).split('.').next().unwrap_or_default().trim(), at: module }
    }

    fn of(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    /// Statements of the module, those inside of `if`, `try`, `with` and loops, too.
    fn statements<'a>(&'a self, node: Node<'a>, conditional: bool, visit: &mut dyn FnMut(Node<'a>, bool)) {
        for child in children(node) {
            visit(child, conditional);
            let kind = child.kind();
            let block = kind == "block" || kind.ends_with("_clause");
            let compound = ["if_statement", "try_statement", "for_statement", "while_statement"].contains(&kind);
            if block || compound || kind == "with_statement" {
                self.statements(child, conditional || compound, visit);
            }
        }
    }

    fn defines<'a>(&'a self, node: Node<'a>, name: &str) -> Option<Defined<'a>> {
        let named = |node: Node<'a>, field: &str| node.child_by_field_name(field).is_some_and(|it| self.of(it) == name);
        match node.kind() {
            "function_definition" if named(node, "name") => Some(Defined::Function(self.function(node, false))),
            "decorated_definition" => {
                let below = node.child_by_field_name("definition").filter(|it| named(*it, "name"))?;
                let function = below.kind() == "function_definition";
                Some(if function { Defined::Function(self.function(below, true)) } else { Defined::Otherwise })
            }
            "class_definition" if named(node, "name") => Some(Defined::Otherwise),
            "expression_statement" => {
                let assigned = children(node).into_iter().any(|it| it.kind() == "assignment" && self.assigns(it, name));
                assigned.then_some(Defined::Otherwise)
            }
            "import_statement" | "import_from_statement" => self.imports_name(node, name).then_some(Defined::Otherwise),
            _ => None,
        }
    }

    fn assigns(&self, node: Node<'_>, name: &str) -> bool {
        let left = node.child_by_field_name("left").map(|it| self.of(it)).unwrap_or_default();
        left.split(',').any(|it| it.trim_matches([' ', '(', ')']) == name)
    }

    fn imports_name(&self, node: Node<'_>, name: &str) -> bool {
        let mut cursor = node.walk();
        node.children_by_field_name("name", &mut cursor).any(|it| {
            let last = it.child_by_field_name("alias").unwrap_or(it);
            self.of(last) == name
        })
    }

    fn function<'a>(&'a self, node: Node<'a>, decorated: bool) -> Function<'a> {
        let at = node.child_by_field_name("name").unwrap_or(node);
        let parameters = node.child_by_field_name("parameters").map(children).unwrap_or_default();
        let slash = parameters.iter().position(|it| it.kind() == "positional_separator");
        let of = |(index, it): (usize, &Node<'a>)| self.parameter(*it, slash.is_some_and(|slash| index < slash));
        Function { at, decorated, parameters: parameters.iter().enumerate().filter_map(of).collect() }
    }

    fn parameter<'a>(&'a self, node: Node<'a>, positional_only: bool) -> Option<Parameter<'a>> {
        let splat = |node: Node<'_>| matches!(node.kind(), "list_splat_pattern" | "dictionary_splat_pattern");
        let (name, required) = match node.kind() {
            "identifier" => (node, true),
            "typed_parameter" => (node.child(0)?, true),
            "default_parameter" | "typed_default_parameter" => (node.child_by_field_name("name")?, false),
            _ if splat(node) => (node, false),
            _ => return None,
        };
        let odd = splat(name);
        Some(Parameter { name: self.of(name), required: required && !odd, odd: odd || positional_only })
    }
}

fn names(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let names = node.children_by_field_name("name", &mut cursor);
    names.map(|it| it.child_by_field_name("name").unwrap_or(it)).collect()
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

/// Depth first, without recursion: a script may be nested as deep as it likes.
fn each<'a>(root: Node<'a>, visit: &mut dyn FnMut(Node<'a>)) {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        visit(node);
        let mut cursor = node.walk();
        let below: Vec<Node<'a>> = node.children(&mut cursor).collect();
        open.extend(below.into_iter().rev());
    }
}

fn first<'a>(root: Node<'a>, is: &dyn Fn(Node<'_>) -> bool) -> Option<Node<'a>> {
    let mut found = None;
    each(root, &mut |node| {
        if found.is_none() && is(node) {
            found = Some(node);
        }
    });
    found
}
