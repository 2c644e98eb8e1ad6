use super::*;
use crate::document::tests::evidence;
use crate::key::SecretKey;

/// What of `value` the schema does not allow. It knows the words of JSON Schema that the schema uses, and no other.
fn problems(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let members = schema.as_object().expect("a schema");
    for (word, rule) in members {
        let holds = match word.as_str() {
            "description" | "title" | "$schema" | "format" | "pattern" => true,
            "const" => value == rule,
            "enum" => rule.as_array().expect("words").contains(value),
            "minimum" => value.as_u64().is_some() || value.is_null(),
            "type" => match rule {
                Value::Array(types) => types.iter().any(|t| is(t, value)),
                one => is(one, value),
            },
            "required" => {
                let names = rule.as_array().expect("names").iter();
                names
                    .map(|n| n.as_str().expect("a name"))
                    .all(|n| value.get(n).is_some())
            }
            "items" => {
                for (n, item) in value.as_array().into_iter().flatten().enumerate() {
                    problems(rule, item, &format!("{at}/{n}"), found);
                }
                true
            }
            "properties" | "additionalProperties" => true,
            other => panic!("{other} is not known"),
        };
        if !holds {
            found.push(format!("{at}: {word}"));
        }
    }
    for (name, member) in value.as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        match (
            schema["properties"].get(name),
            &schema["additionalProperties"],
        ) {
            (Some(rule), _) => problems(rule, member, &at, found),
            (None, Value::Bool(false)) => found.push(format!("{at}: unknown")),
            (None, rule) => problems(rule, member, &at, found),
        }
    }
}

fn is(kind: &Value, value: &Value) -> bool {
    match kind.as_str().expect("a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other} is not known"),
    }
}

fn judged(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    problems(&schema(), value, "", &mut found);
    found
}

#[test]
fn documents_fit_the_schema_and_the_schema_names_all_they_hold() {
    let mut document = evidence();
    let plain = serde_json::to_value(&document).unwrap();
    assert_eq!(judged(&plain), Vec::<String>::new());
    document.sign(&SecretKey::generate(&[7; 32]).unwrap().0);
    let mut signed = serde_json::to_value(&document).unwrap();
    assert_eq!(judged(&signed), Vec::<String>::new());
    signed["host_id"] = json!(3);
    signed["file"]["more"] = json!(3);
    assert_eq!(judged(&signed), ["/file/more: unknown", "/host_id: type"]);
}
