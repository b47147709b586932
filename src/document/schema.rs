//! The JSON schema of a type, as the walker reads it and as editors get it.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};
use serde_json::{Value as Json, json};

/// Keys that may stand in every object of our own grammar: a remark, and the editor's link to the schema.
pub(super) const ASIDES: [&str; 2] = ["note", "$schema"];

/// The schema of `T` by which a document is judged, in draft 2020-12. `null` does not stand for an absent `Option`,
/// and a whole number's width is a range.
///
/// A type that allows `null` by hand must name it beside two or more other types; of two, `null` is taken for an
/// `Option`'s.
pub(crate) fn schema_of<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(without_null))
        .with_transform(RecursiveTransform(with_width))
        .into_generator()
        .into_root_schema_for::<T>()
}

/// The schema of `T` for editors: as [`schema_of`], and every closed object also takes `note` and `$schema`.
pub(crate) fn published_schema<T: JsonSchema>() -> Json {
    let mut schema = schema_of::<T>();
    RecursiveTransform(with_asides).transform(&mut schema);
    schema.to_value()
}

/// Whether an object of this schema is one of ours: it takes no keys but those named.
pub(super) fn is_closed(rules: &serde_json::Map<String, Json>) -> bool {
    rules.get("additionalProperties") == Some(&Json::Bool(false))
}

/// A key is left out, never set to `null`: two ways to say nothing would have to be documented and tested.
fn without_null(schema: &mut Schema) {
    let Some(rules) = schema.as_object_mut() else {
        return;
    };
    if rules.get("default") == Some(&Json::Null) {
        rules.shift_remove("default");
    }
    let mut was_nullable = !rules.contains_key("type");
    if let Some(Json::Array(types)) = rules.get_mut("type")
        && let [kind, null] = types.as_slice()
        && null == "null"
    {
        let kind = kind.clone();
        rules.insert("type".to_owned(), kind);
        was_nullable = true;
    }
    if was_nullable && let Some(Json::Array(values)) = rules.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    if let Some(Json::Array(branches)) = rules.get("anyOf")
        && let [Json::Object(branch), null] = branches.as_slice()
        && null.get("type").is_some_and(|kind| kind == "null")
    {
        let branch = branch.clone();
        rules.shift_remove("anyOf");
        for (keyword, value) in branch {
            // What is said of the field comes first: it is more particular than what is said of its type.
            rules.entry(keyword).or_insert(value);
        }
    }
}

/// The generator gives ranges only to the narrow whole numbers, and serde would refuse what overflows the others.
fn with_width(schema: &mut Schema) {
    let Some(rules) = schema.as_object_mut() else {
        return;
    };
    let (least, most) = match rules.get("format").and_then(Json::as_str) {
        Some("int32") => (json!(i32::MIN), json!(i32::MAX)),
        Some("int64" | "int") => (json!(i64::MIN), json!(i64::MAX)),
        Some("uint32") => (json!(0), json!(u32::MAX)),
        Some("uint64" | "uint") => (json!(0), json!(u64::MAX)),
        _ => return,
    };
    rules.entry("minimum").or_insert(least);
    rules.entry("maximum").or_insert(most);
}

fn with_asides(schema: &mut Schema) {
    let Some(rules) = schema.as_object_mut() else {
        return;
    };
    if !is_closed(rules) {
        return;
    }
    let properties = rules.entry("properties").or_insert_with(|| json!({}));
    if let Some(properties) = properties.as_object_mut() {
        let texts =
            ["A remark for readers. It has no effect.", "Where an editor finds the schema of this file."];
        for (key, text) in ASIDES.into_iter().zip(texts) {
            properties.entry(key).or_insert_with(|| json!({"description": text, "type": "string"}));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use schemars::JsonSchema;
    use serde_json::{Value as Json, json};

    use super::{published_schema, schema_of};

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    #[serde(deny_unknown_fields)]
    struct Sample {
        /// How often.
        #[serde(default)]
        times: Option<u32>,
        how: Option<How>,
        wide: i64,
        any: Option<Json>,
        map: BTreeMap<String, How>,
        scalar: Option<Scalar>,
        inline: Option<Inline>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    #[schemars(inline)]
    enum Inline {
        A,
        B,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    #[serde(rename_all = "camelCase")]
    enum How {
        Rst,
        Fin,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    #[serde(untagged)]
    enum Scalar {
        Text(String),
        Flag(bool),
        Null(()),
    }

    #[test]
    fn options_lose_null_and_scalars_keep_it() {
        let schema = schema_of::<Sample>();
        let at = |pointer: &str| schema.pointer(pointer).cloned().unwrap();
        assert_eq!(
            at("/properties/times"),
            json!({"description": "How often.", "type": "integer", "format": "uint32", "minimum": 0, "maximum": u32::MAX})
        );
        assert_eq!(at("/properties/how"), json!({"$ref": "#/$defs/How"}));
        assert_eq!(at("/properties/any"), json!(true));
        assert_eq!(at("/properties/wide/minimum"), json!(i64::MIN));
        assert_eq!(at("/properties/scalar"), json!({"$ref": "#/$defs/Scalar"}));
        assert_eq!(at("/$defs/Scalar/anyOf/2"), json!({"type": "null"}));
        assert_eq!(at("/properties/inline"), json!({"type": "string", "enum": ["A", "B"]}));
        assert_eq!(schema.pointer("/properties/note"), None);
    }

    #[test]
    fn editors_learn_of_asides_in_closed_objects_only() {
        let schema = published_schema::<Sample>();
        assert_eq!(schema["properties"]["note"]["type"], "string");
        assert_eq!(schema["properties"]["$schema"]["type"], "string");
        assert_eq!(schema.pointer("/properties/map/properties"), None);
        assert_eq!(schema["required"], json!(["wide", "map"]));
    }
}
