//! The facts of a resource. Only those whose key is known to hold a state or a word stay; dates are moved, ids stay when
//! they say nothing, every other text becomes another one, and any other number or truth value is blank.

use connector_redact::{Keep, Tokens};
use prost_types::value::Kind;
use prost_types::{Struct, Value};

/// Keys whose values are words of the vendor, or truth values about an account.
const WORDS: [&str; 22] = [
    "account_type",
    "active",
    "archived",
    "contract_type",
    "deactivated",
    "disabled",
    "employee_type",
    "employment_status",
    "employment_type",
    "enabled",
    "is_active",
    "is_admin",
    "is_external",
    "lifecycle_state",
    "lifecycle_status",
    "org_role",
    "org_role_raw",
    "role",
    "state",
    "status",
    "type",
    "vcs_type",
];
/// Parts of keys whose values are ids of people; other ids stay when they are one word.
const OF_PEOPLE: [&str; 9] = [
    "account",
    "employee",
    "manager",
    "owner",
    "person",
    "reports",
    "supervisor",
    "user",
    "worker",
];

/// Replaces what the facts say about people.
pub(super) fn sanitize(profile: &mut Struct, tokens: &Tokens) {
    for (key, value) in &mut profile.fields {
        self::value(key, value, tokens);
    }
    // A key that an object has for each person would name them.
    let odd: Vec<_> = profile
        .fields
        .keys()
        .filter(|key| tokens.kept(Keep::Label, key) != **key || key.contains('@'))
        .cloned()
        .collect();
    for key in odd {
        if let Some(value) = profile.fields.remove(&key) {
            profile.fields.insert(tokens.text(&key), value);
        }
    }
}

fn value(key: &str, value: &mut Value, tokens: &Tokens) {
    let words = WORDS.contains(&key);
    match &mut value.kind {
        Some(Kind::StringValue(text)) => *text = tokens.kept(kept(key, text), text),
        Some(Kind::NumberValue(number)) => *number = 0.0,
        Some(Kind::BoolValue(on)) if !words => *on = false,
        Some(Kind::StructValue(inner)) => sanitize(inner, tokens),
        Some(Kind::ListValue(list)) => {
            for item in &mut list.values {
                self::value(key, item, tokens);
            }
        }
        Some(Kind::BoolValue(_) | Kind::NullValue(_)) | None => {}
    }
}

fn kept(key: &str, text: &str) -> Keep {
    let is_id = key == "id" || key.ends_with("_id") || key.ends_with("_ids") || key.ends_with("Id");
    let of_people = OF_PEOPLE.iter().any(|part| key.contains(part));
    match key {
        _ if WORDS.contains(&key) => Keep::Word,
        _ if is_id && !of_people && !text.contains('@') => Keep::Label,
        _ if is_id => Keep::Id,
        // Every other text: an address stays an address, and a day a day.
        _ => Keep::Text,
    }
}
