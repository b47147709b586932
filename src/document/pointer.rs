//! JSON pointers: how one is made, and what stands where it leads.

use std::ops::Range;

use jsonc_parser::ast::Value as Node;

use super::syntax::{key, span};

/// Appends one step to a JSON pointer.
pub(crate) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
}

/// Where a pointer leads.
pub(super) struct Place<'d> {
    pub(super) key: Option<Range<usize>>,
    pub(super) value: &'d Node<'d>,
    /// Whether the whole pointer was followed.
    pub(super) whole: bool,
}

/// What stands at a pointer, or the nearest above it. `None` if it is no pointer.
pub(super) fn place<'d>(tree: &'d Node<'d>, pointer: &str) -> Option<Place<'d>> {
    let mut place = Place { key: None, value: tree, whole: true };
    if pointer.is_empty() {
        return Some(place);
    }
    for token in pointer.strip_prefix('/')?.split('/') {
        let token = token.replace("~1", "/").replace("~0", "~");
        let next = match place.value {
            Node::Object(object) => {
                let property = object.properties.iter().find(|property| key(&property.name) == token);
                property.map(|property| (Some(span(&property.name)), &property.value))
            }
            Node::Array(list) => {
                let index = token.parse::<usize>().ok();
                index.and_then(|index| list.elements.get(index)).map(|element| (None, element))
            }
            _ => None,
        };
        let Some((key, value)) = next else {
            return Some(Place { whole: false, ..place });
        };
        place = Place { key, value, whole: true };
    }
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::push;

    #[test]
    fn steps_are_escaped() {
        let mut pointer = "/a".to_owned();
        push(&mut pointer, "~1/");
        push(&mut pointer, "");
        assert_eq!(pointer, "/a/~01~1/");
    }
}
