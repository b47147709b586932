//! A file that a person wrote: text, syntax tree, all mistakes with their places, typed value.

mod branch;
mod diagnostic;
mod limits;
mod mask;
mod object;
mod pointer;
#[cfg(test)]
mod sample;
mod schema;
mod shape;
mod suggest;
mod syntax;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use jsonc_parser::ast::Value as Node;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

pub(crate) use diagnostic::{Diagnostic, Severity, draw};
pub(crate) use pointer::push;
pub(crate) use schema::{published_schema, schema_of};
pub use suggest::nearest;

use diagnostic::Source;
use pointer::Place;
use shape::Walk;
pub(crate) use syntax::Size;
use syntax::span;

/// A text whose syntax is right.
pub(crate) struct Document<'a> {
    source: Source<'a>,
    tree: Node<'a>,
    /// Schemas by type: a file of thousands of parts asks for the same few again and again.
    schemas: Mutex<BTreeMap<String, Arc<Json>>>,
    /// Whether its shape is known to be right.
    is_known_good: bool,
}

/// What a complaint is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    /// The key of the value; of a list's element or the root, the value.
    Key,
    /// The value.
    Value,
}

impl<'a> Document<'a> {
    /// Reads the text's syntax. `name` is what diagnostics call the file.
    pub(crate) fn parse(name: &str, text: &'a str) -> Result<Self, Vec<Diagnostic>> {
        Self::parse_within(Size::Written, name, text)
    }

    /// The same of a text that may be this large.
    pub(crate) fn parse_within(size: Size, name: &str, text: &'a str) -> Result<Self, Vec<Diagnostic>> {
        let source = Source::new(name, text);
        let tree = syntax::parse(&source, size)?;
        Ok(Self { source, tree, schemas: Mutex::default(), is_known_good: false })
    }

    /// The same of a text whose shape a test has judged: one that is part of the program. Making the schema and walking the text by
    /// it take longer than all else that is done at a start. A `note` or `$schema` is left out wherever it stands, so that such a
    /// text has none in pasted data.
    pub(crate) fn parse_known_good(name: &str, text: &'a str) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self { is_known_good: true, ..Self::parse(name, text)? })
    }

    /// What diagnostics call the file.
    pub(crate) fn name(&self) -> &str {
        &self.source.name
    }

    /// The text itself.
    pub(crate) fn text(&self) -> &'a str {
        self.source.text
    }

    /// All mistakes of shape against `T`'s schema, in the order of their places.
    pub(crate) fn shape<T: JsonSchema>(&self) -> Vec<Diagnostic> {
        self.walk::<T>(&self.tree, "").1
    }

    /// The part at `pointer`, read as `T`. `None` if there is no such part, or if an error of `found` lies at it, below
    /// it, or makes something above it a wrong container. `note` and `$schema` are left out where `T`'s schema closes
    /// the object, and kept where the object is pasted data.
    pub(crate) fn part<T: JsonSchema + DeserializeOwned>(
        &self,
        pointer: &str,
        found: &[Diagnostic],
    ) -> Option<T> {
        let place = self.place(pointer).filter(|place| place.whole)?;
        if found.iter().any(|diagnostic| diagnostic.file == self.source.name && spoils(diagnostic, pointer)) {
            return None;
        }
        let (value, mistakes) = self.walk::<T>(place.value, pointer);
        // Mistakes that `found` does not name are those of another type than the one it was found by.
        if mistakes.is_empty() { self.typed(value, &place, pointer).ok() } else { None }
    }

    /// The whole document, or every mistake.
    pub(crate) fn read<T: JsonSchema + DeserializeOwned>(&self) -> Result<T, Vec<Diagnostic>> {
        let (value, found) = self.walk::<T>(&self.tree, "");
        if !found.is_empty() {
            return Err(found);
        }
        let root = Place { key: None, value: &self.tree, whole: true };
        self.typed(value, &root, "").map_err(|mistake| vec![*mistake])
    }

    /// What stands at `pointer`, read as `T`, or every mistake in it; `None` if nothing stands there.
    pub(crate) fn read_at<T: JsonSchema + DeserializeOwned>(
        &self,
        pointer: &str,
    ) -> Result<Option<T>, Vec<Diagnostic>> {
        let Some(place) = self.place(pointer).filter(|place| place.whole) else { return Ok(None) };
        let (value, found) = self.walk::<T>(place.value, pointer);
        if !found.is_empty() {
            return Err(found);
        }
        self.typed(value, &place, pointer).map(Some).map_err(|mistake| vec![*mistake])
    }

    /// How many elements the list at `pointer` has; 0 if there is none.
    pub(crate) fn len(&self, pointer: &str) -> usize {
        match self.at(pointer) {
            Some(Node::Array(list)) => list.elements.len(),
            _ => 0,
        }
    }

    /// Whether anything stands at `pointer`.
    pub(crate) fn has(&self, pointer: &str) -> bool {
        self.at(pointer).is_some()
    }

    /// A diagnostic about what stands at `pointer`; if nothing does, about the nearest container that should hold it.
    pub(crate) fn complain(
        &self,
        severity: Severity,
        code: &'static str,
        place: Where,
        pointer: &str,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) -> Diagnostic {
        let found = self.place(pointer);
        let span = match found {
            Some(Place { key: Some(key), whole: true, .. }) if place == Where::Key => key,
            Some(found) => span(found.value),
            None => span(&self.tree),
        };
        Diagnostic { severity, ..self.source.error(code, span, pointer, message, help.into()) }
    }

    /// What serde gets to see of the whole, for the test of texts that are known to be good.
    #[cfg(test)]
    pub(crate) fn seen<T: JsonSchema>(&self) -> Json {
        self.walk::<T>(&self.tree, "").0
    }

    fn walk<T: JsonSchema>(&self, node: &Node<'_>, pointer: &str) -> (Json, Vec<Diagnostic>) {
        if self.is_known_good {
            let mut value = without_asides(node);
            // Of the whole file, a note is no aside: lists show it.
            if let (Json::Object(object), true, Some(note)) =
                (&mut value, pointer.is_empty(), self.at("/note"))
            {
                object.insert("note".to_owned(), without_asides(note));
            }
            return (value, Vec::new());
        }
        let (root, definition) = self.schema::<T>();
        let schema = definition.and_then(|name| definition_of(&root, &name)).unwrap_or(&root);
        let mut walk = Walk::new(&self.source, &root, pointer);
        let value = walk.value(node, schema);
        let mut found = walk.found;
        found.sort_by_key(|diagnostic| diagnostic.span.start);
        (value, found)
    }

    /// The schema of `T`: a schema of its own, or one that was made already and the name of the definition in it. Making one takes
    /// longer than all else that is done with a file, so the parts of a file share that of the whole.
    fn schema<T: JsonSchema>(&self) -> (Arc<Json>, Option<Cow<'static, str>>) {
        let mut schemas = self.schemas.lock().unwrap_or_else(PoisonError::into_inner);
        let id = T::schema_id();
        if let Some(made) = schemas.get(&*id) {
            return (Arc::clone(made), None);
        }
        let name = T::schema_name();
        if let Some(root) = schemas.values().find(|root| definition_of(root, &name).is_some()) {
            debug_assert!(is_defined_alike::<T>(root, &name), "two types are called {name}");
            return (Arc::clone(root), Some(name));
        }
        let made = Arc::new(schema_of::<T>().to_value());
        schemas.insert(id.into_owned(), Arc::clone(&made));
        (made, None)
    }

    fn typed<T: DeserializeOwned>(
        &self,
        value: Json,
        place: &Place<'_>,
        pointer: &str,
    ) -> Result<T, Box<Diagnostic>> {
        serde_json::from_value(value).map_err(|error| {
            // The schema promised what the type does not keep. That is a bug of ours, and never the writer's.
            debug_assert!(false, "schema and type disagree at {pointer:?}: {error}");
            let message = format!("this is right by the schema and yet cannot be read: {error}");
            let help = "this is a bug of the program; please report it with this file".to_owned();
            Box::new(self.source.error(
                "internal-disagreement",
                span(place.value),
                pointer,
                message,
                Some(help),
            ))
        })
    }

    fn place(&self, pointer: &str) -> Option<Place<'_>> {
        pointer::place(&self.tree, pointer)
    }

    fn at(&self, pointer: &str) -> Option<&Node<'_>> {
        self.place(pointer).filter(|place| place.whole).map(|place| place.value)
    }
}

/// A value without the asides of objects.
fn without_asides(node: &Node<'_>) -> Json {
    match node {
        Node::Object(object) => {
            let members = object.properties.iter().map(|member| (syntax::key(&member.name), &member.value));
            let kept = members.filter(|(name, _)| !["note", "$schema"].contains(name));
            Json::Object(kept.map(|(name, value)| (name.to_owned(), without_asides(value))).collect())
        }
        Node::Array(list) => list.elements.iter().map(without_asides).collect(),
        _ => shape::pasted(node),
    }
}

fn definition_of<'s>(root: &'s Json, name: &str) -> Option<&'s Json> {
    root.get("$defs")?.get(name)
}

/// Whether a definition says of `T` what a schema of its own would.
fn is_defined_alike<T: JsonSchema>(root: &Json, name: &str) -> bool {
    let mut own = schema_of::<T>().to_value();
    if let Json::Object(own) = &mut own {
        own.retain(|keyword, _| !["$schema", "$defs", "title"].contains(&keyword.as_str()));
    }
    definition_of(root, name) == Some(&own)
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document").field("name", &self.source.name).finish_non_exhaustive()
    }
}

/// Whether a mistake keeps the part at `pointer` from being read.
fn spoils(diagnostic: &Diagnostic, pointer: &str) -> bool {
    let within =
        |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    let container = matches!(diagnostic.code, "wrong-type" | "unknown-key" | "not-allowed-value");
    diagnostic.severity == Severity::Error
        && (diagnostic.pointer == pointer
            || within(&diagnostic.pointer, pointer)
            || (container && within(pointer, &diagnostic.pointer)))
}
