//! `--query`: JMESPath, with the keys in the order of the query, or else of the document.

use diagnosis::{Diagnosis, local};
use jmespath::ast::Ast;
use jmespath::{Expression, JmespathError};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};

#[derive(Debug, Clone)]
pub struct Query(String);

/// How the keys of objects stand that the query has not written itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    AsInTheDocument,
    Sorted,
}

impl Query {
    /// Refuses what is no JMESPath.
    pub fn parse(text: &str) -> Result<Self, String> {
        jmespath::compile(text).map(|_| Self(text.to_owned())).map_err(|error| error.to_string().trim_end().to_owned())
    }

    /// `null` where it finds nothing.
    pub fn find(&self, document: &Value, others: Others) -> Result<Value, Diagnosis> {
        let expression = jmespath::compile(&self.0).map_err(|error| failed(&error))?;
        let found = expression.search(document).map_err(|error| failed(&error))?;
        let mut found = serde_json::to_value(&*found).unwrap_or_default();
        Orders::of(&expression, document, others).restore(&mut found);
        Ok(found)
    }
}

fn failed(error: &JmespathError) -> Diagnosis {
    let text = error.to_string();
    let said = text.lines().next().unwrap_or_default();
    Diagnosis::error(local::QUERY_FAILED, format!("--query: {}", said.trim_start_matches("Runtime error: ")))
}

/// The crate sorts keys, az keeps them: columns stand in their order.
struct Orders(HashMap<BTreeSet<String>, Vec<String>>);

impl Orders {
    fn of(expression: &Expression<'_>, document: &Value, others: Others) -> Self {
        let mut orders = Self(HashMap::new());
        orders.written(expression.as_ast());
        if others == Others::AsInTheDocument {
            orders.found(document);
        }
        orders
    }

    fn add(&mut self, keys: Vec<String>) {
        self.0.entry(keys.iter().cloned().collect()).or_insert(keys);
    }

    fn written(&mut self, ast: &Ast) {
        if let Ast::MultiHash { elements, .. } = ast {
            self.add(elements.iter().map(|element| element.key.clone()).collect());
        }
        children(ast).into_iter().for_each(|child| self.written(child));
    }

    fn found(&mut self, value: &Value) {
        match value {
            Value::Object(map) => {
                self.add(map.keys().cloned().collect());
                map.values().for_each(|value| self.found(value));
            }
            Value::Array(values) => values.iter().for_each(|value| self.found(value)),
            _ => {}
        }
    }

    fn restore(&self, value: &mut Value) {
        match value {
            Value::Object(map) => {
                let keys: BTreeSet<String> = map.keys().cloned().collect();
                if let Some(order) = self.0.get(&keys) {
                    let mut ordered = Map::new();
                    ordered.extend(order.iter().filter_map(|key| Some((key.clone(), map.remove(key)?))));
                    *map = ordered;
                }
                map.values_mut().for_each(|value| self.restore(value));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.restore(value)),
            _ => {}
        }
    }
}

fn children(ast: &Ast) -> Vec<&Ast> {
    match ast {
        Ast::Comparison { lhs, rhs, .. }
        | Ast::Projection { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. }
        | Ast::Subexpr { lhs, rhs, .. } => vec![&**lhs, &**rhs],
        Ast::Condition { predicate, then, .. } => vec![&**predicate, &**then],
        Ast::Expref { ast, .. } => vec![&**ast],
        Ast::Flatten { node, .. } | Ast::Not { node, .. } | Ast::ObjectValues { node, .. } => vec![&**node],
        Ast::Function { args, .. } => args.iter().collect(),
        Ast::MultiList { elements, .. } => elements.iter().collect(),
        Ast::MultiHash { elements, .. } => elements.iter().map(|element| &element.value).collect(),
        Ast::Identity { .. } | Ast::Field { .. } | Ast::Index { .. } | Ast::Literal { .. } | Ast::Slice { .. } => {
            vec![]
        }
    }
}
