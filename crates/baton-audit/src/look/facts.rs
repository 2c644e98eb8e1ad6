//! Every fact of a person's or account's row, with the field that holds it.

use connector_c1z::wire::{self, UserTrait};
use prost::Name as _;
use prost_types::value::Kind;
use prost_types::{Struct, Value};
use serde::Serialize;
use serde_json::Value as Json;

use super::groups::parent;
use super::people::account_type;
use crate::identity::{AccountType, Status, read_time};

/// A fact and the field that holds it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct FactLine {
    /// The message of the row that has it.
    pub(crate) field: Field,
    /// Its name there.
    pub(crate) name: String,
    /// Its value, with the type it has there.
    pub(crate) value: Json,
}

/// A message of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Field {
    /// The resource.
    Resource,
    /// Its user trait.
    UserTrait,
    /// The profile of the resource and, the same, that of its user trait.
    Profile,
    /// The profile of the resource alone.
    ResourceProfile,
    /// The profile of the user trait alone.
    TraitProfile,
}

impl Field {
    /// All, in the order they are shown.
    pub(crate) const ALL: [Self; 5] = [
        Self::Resource,
        Self::UserTrait,
        Self::Profile,
        Self::ResourceProfile,
        Self::TraitProfile,
    ];

    /// A heading for its facts.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Resource => "Resource",
            Self::UserTrait => "User trait",
            Self::Profile => "Profile (of the resource and of its user trait)",
            Self::ResourceProfile => "Profile of the resource",
            Self::TraitProfile => "Profile of the user trait",
        }
    }

    /// The word for it in JSON and CSV.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::UserTrait => "user_trait",
            Self::Profile => "profile",
            Self::ResourceProfile => "resource_profile",
            Self::TraitProfile => "trait_profile",
        }
    }
}

/// The facts of a resource, in the order of [`Field::ALL`] and by name within profiles.
pub(crate) fn facts_of(resource: &wire::Resource) -> Vec<FactLine> {
    let user = resource.user_trait();
    let mut facts = of_resource(resource);
    facts.extend(user.iter().flat_map(of_trait));
    let own = resource.profile.clone().unwrap_or_default().fields;
    let older = user
        .and_then(|user| user.profile)
        .unwrap_or_default()
        .fields;
    let fact = |field, (name, value): (&String, &Value)| FactLine {
        field,
        name: name.clone(),
        value: json_of(value),
    };
    let (both, alone): (Vec<_>, Vec<_>) = own
        .iter()
        .partition(|(name, value)| older.get(*name) == Some(value));
    facts.extend(both.into_iter().map(|f| fact(Field::Profile, f)));
    facts.extend(alone.into_iter().map(|f| fact(Field::ResourceProfile, f)));
    let differs = older
        .iter()
        .filter(|(name, value)| own.get(*name) != Some(value));
    facts.extend(differs.map(|f| fact(Field::TraitProfile, f)));
    facts
}

/// A profile value as JSON; whole numbers have no fraction.
pub(crate) fn json_of(value: &Value) -> Json {
    match &value.kind {
        Some(Kind::StringValue(text)) => text.as_str().into(),
        Some(Kind::BoolValue(yes)) => (*yes).into(),
        Some(Kind::NumberValue(number)) => json_number(*number),
        Some(Kind::ListValue(list)) => list.values.iter().map(json_of).collect(),
        Some(Kind::StructValue(Struct { fields })) => Json::Object(
            fields
                .iter()
                .map(|(k, v)| (k.clone(), json_of(v)))
                .collect(),
        ),
        Some(Kind::NullValue(_)) | None => Json::Null,
    }
}

/// Up to here every whole number is exact in the format.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn json_number(number: f64) -> Json {
    match number.fract() == 0.0 && number.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and small enough")]
        true => (number as i64).into(),
        false => number.into(),
    }
}

fn of_resource(resource: &wire::Resource) -> Vec<FactLine> {
    let id = resource.id.clone().unwrap_or_default();
    let status = resource.status.as_ref();
    let annotations = resource.annotations.iter();
    let names = annotations.filter_map(|any| any.type_url.rsplit('/').next());
    let others: Vec<&str> = names
        .filter(|name| *name != UserTrait::full_name())
        .collect();
    lines(
        Field::Resource,
        [
            ("resource_type", text(&id.resource_type)),
            ("resource", text(&id.resource)),
            ("display_name", text(&resource.display_name)),
            ("description", text(&resource.description)),
            ("parent", text(&parent(resource))),
            ("status", status.map(|s| status_word(s.status))),
            ("status_details", status.and_then(|s| text(&s.details))),
            ("created_at", time(resource.created_at)),
            ("other_annotations", list(others)),
        ],
    )
}

fn of_trait(user: &UserTrait) -> Vec<FactLine> {
    let status = user.status.as_ref();
    let primary = user.emails.iter().filter(|e| e.is_primary);
    let other = user.emails.iter().filter(|e| !e.is_primary);
    let name = user.structured_name.as_ref();
    let kind = match user.account_type {
        1 => Some(AccountType::Human),
        2 => Some(AccountType::Service),
        3 => Some(AccountType::System),
        _ => None,
    };
    let texts = |texts: &[String]| list(texts.iter().map(String::as_str).collect());
    lines(
        Field::UserTrait,
        [
            (
                "primary_emails",
                list(primary.map(|e| e.address.as_str()).collect()),
            ),
            ("emails", list(other.map(|e| e.address.as_str()).collect())),
            ("login", text(&user.login)),
            ("login_aliases", texts(&user.login_aliases)),
            ("employee_ids", texts(&user.employee_ids)),
            ("given_name", name.and_then(|n| text(&n.given_name))),
            ("family_name", name.and_then(|n| text(&n.family_name))),
            ("account_type", kind.map(|k| account_type(k).into())),
            ("status", status.map(|s| status_word(s.status))),
            ("status_details", status.and_then(|s| text(&s.details))),
            ("created_at", time(user.created_at)),
            ("last_login", time(user.last_login)),
            (
                "mfa_enabled",
                user.mfa_status.map(|it| it.mfa_enabled.into()),
            ),
            (
                "sso_enabled",
                user.sso_status.map(|it| it.sso_enabled.into()),
            ),
        ],
    )
}

fn lines<const N: usize>(field: Field, facts: [(&str, Option<Json>); N]) -> Vec<FactLine> {
    let line = |(name, value): (&str, Option<Json>)| {
        Some(FactLine {
            field,
            name: name.to_owned(),
            value: value?,
        })
    };
    facts.into_iter().filter_map(line).collect()
}

fn text(text: &str) -> Option<Json> {
    (!text.is_empty()).then(|| text.into())
}

fn list(texts: Vec<&str>) -> Option<Json> {
    (!texts.is_empty()).then(|| texts.into())
}

fn status_word(number: i32) -> Json {
    Status::from_number(Some(number)).as_str().into()
}

fn time(time: Option<prost_types::Timestamp>) -> Option<Json> {
    Some(read_time(time?)?.to_string().into())
}
