//! All rows of a file's newest finished sync as text: for snapshot tests, and for people who want to look inside.

use std::fmt::Write;
use std::path::Path;

use connector_core::Result;
use connector_proto::pick;
use prost_types::value::Kind;
use prost_types::{Struct, Timestamp, Value};

use crate::fault;
use crate::reader::{ReadLimits, Reader};
use crate::wire;

/// Text of the newest finished sync in the file at `path`, whatever its type: resource types, resources,
/// entitlements and grants in order of rows. The same rows give the same text: sync ids and the times of syncing
/// are left out.
///
/// # Errors
/// When the file cannot be read or has no finished sync.
pub fn render(path: impl AsRef<Path>) -> Result<String> {
    render_sync(&Reader::open(path, ReadLimits::default())?)
}

/// As [`render`], for an open file.
///
/// # Errors
/// When the file cannot be read or has no finished sync.
pub fn render_sync(reader: &Reader) -> Result<String> {
    let newest = reader
        .syncs()?
        .into_iter()
        .filter(|run| run.ended_at.is_some())
        .max_by(|a, b| (&a.ended_at, &a.sync_id).cmp(&(&b.ended_at, &b.sync_id)))
        .ok_or_else(|| fault::precondition("the file has no finished sync"))?;
    let id = newest.sync_id.as_str();
    let mut out = Text(String::new());
    out.line(0, &format!("sync: {}", newest.sync_type));
    reader.for_each_resource_type(id, |row| {
        out.resource_type(&row);
        Ok(())
    })?;
    reader.for_each_resource(id, |row| {
        out.resource(&row);
        Ok(())
    })?;
    reader.for_each_entitlement(id, |row| {
        out.entitlement(&row);
        Ok(())
    })?;
    reader.for_each_grant(id, |row| {
        out.line(0, &format!("grant {}", row.id));
        out.annotations(&row.annotations);
        Ok(())
    })?;
    Ok(out.0)
}

struct Text(String);

impl Text {
    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.0, "{:width$}{text}", "", width = depth * 2);
    }

    /// A named value, left out when empty.
    fn field(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.line(1, &format!("{name}: {value}"));
        }
    }

    fn resource_type(&mut self, row: &wire::ResourceType) {
        self.line(0, &format!("resource type {}", row.id));
        self.field("display name", &row.display_name);
        let traits = row.traits.iter().map(|number| trait_name(*number));
        self.field("traits", &traits.collect::<Vec<_>>().join(", "));
        self.annotations(&row.annotations);
    }

    fn resource(&mut self, row: &wire::Resource) {
        self.line(0, &format!("resource {}", row.external_id()));
        self.field("display name", &row.display_name);
        if let Some(parent) = &row.parent_resource_id {
            self.field("parent", &join(parent));
        }
        self.field("description", &row.description);
        if let Some(status) = &row.status {
            self.field("status", &status_text(status));
        }
        if let Some(at) = &row.created_at {
            self.field("created", &timestamp(at));
        }
        if let Some(user) = row.user_trait() {
            self.user(&user);
        }
        if let Some(profile) = &row.profile {
            self.profile(profile);
        }
        self.annotations(&row.annotations);
    }

    fn user(&mut self, user: &wire::UserTrait) {
        for email in &user.emails {
            let name = match email.is_primary {
                true => "email (primary)",
                false => "email",
            };
            self.field(name, &email.address);
        }
        self.field("login", &user.login);
        self.field("account type", user.account_type().as_str());
        if let Some(name) = &user.structured_name {
            self.field("given name", &name.given_name);
            self.field("family name", &name.family_name);
        }
        self.field("employee ids", &user.employee_ids.join(", "));
    }

    fn profile(&mut self, profile: &Struct) {
        if !profile.fields.is_empty() {
            self.line(1, "profile:");
        }
        for (key, value) in &profile.fields {
            self.line(2, &format!("{key}: {}", value_text(value)));
        }
    }

    fn entitlement(&mut self, row: &wire::Entitlement) {
        self.line(0, &format!("entitlement {}", row.id));
        self.field("display name", &row.display_name);
        self.field("description", &row.description);
        self.field("purpose", row.purpose().as_str());
        self.field("slug", &row.slug);
        let types = row.grantable_to.iter().map(|t| t.id.as_str());
        self.field("grantable to", &types.collect::<Vec<_>>().join(", "));
        self.annotations(&row.annotations);
    }

    /// The names of the annotations, and what a type's permissions are.
    fn annotations(&mut self, all: &[prost_types::Any]) {
        let name = |any: &prost_types::Any| {
            let name = any.type_url.rsplit(['/', '.']).next();
            name.unwrap_or_default().to_owned()
        };
        let names: Vec<_> = all.iter().map(name).collect();
        self.field("annotations", &names.join(", "));
        if let Ok(Some(found)) = pick::<wire::CapabilityPermissions>(all) {
            let permissions = found.permissions.iter().map(|p| p.permission.as_str());
            self.field("permissions", &permissions.collect::<Vec<_>>().join(", "));
        }
    }
}

fn join(id: &wire::ResourceId) -> String {
    format!("{}:{}", id.resource_type, id.resource)
}

fn trait_name(number: i32) -> String {
    let known = wire::Trait::try_from(number);
    known.map_or_else(|_| number.to_string(), |kind| kind.as_str().to_owned())
}

fn status_text(status: &wire::Status) -> String {
    let known = wire::StatusKind::try_from(status.status);
    let word = known.map_or("unknown", wire::StatusKind::as_str);
    match status.details.as_str() {
        "" => word.to_owned(),
        details => format!("{word} ({details})"),
    }
}

fn timestamp(at: &Timestamp) -> String {
    jiff::Timestamp::new(at.seconds, at.nanos)
        .map_or_else(|_| "invalid".to_owned(), |t| t.to_string())
}

fn value_text(value: &Value) -> String {
    match &value.kind {
        Some(Kind::StringValue(text)) => format!("{text:?}"),
        Some(Kind::BoolValue(yes)) => yes.to_string(),
        Some(Kind::NumberValue(number)) => number.to_string(),
        Some(Kind::ListValue(list)) => {
            let parts: Vec<_> = list.values.iter().map(value_text).collect();
            format!("[{}]", parts.join(", "))
        }
        Some(Kind::StructValue(inner)) => {
            let part = |(key, value)| format!("{key}: {}", value_text(value));
            let parts: Vec<_> = inner.fields.iter().map(part).collect();
            format!("{{{}}}", parts.join(", "))
        }
        Some(Kind::NullValue(_)) | None => "null".to_owned(),
    }
}
