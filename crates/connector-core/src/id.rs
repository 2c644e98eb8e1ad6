//! Identifiers as types of their own, so that a name, an e-mail address or a list position cannot slip in where
//! an id belongs, and the public id strings of the Baton ecosystem are joined in one place.

use std::borrow::Cow;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};
use crate::text::Text;

/// The longest id the ecosystem accepts, in bytes (protocol rule on every id field).
pub const MAX_ID_BYTES: usize = 1024;

/// A resource type's id, such as `user` or `department`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ResourceTypeId(Cow<'static, str>);

impl ResourceTypeId {
    /// A type id known at compile time.
    pub const fn new(id: &'static str) -> Self {
        Self(Cow::Borrowed(id))
    }

    /// A type id read from a file or a setting.
    pub fn from_string(id: String) -> Self {
        Self(Cow::Owned(id))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ResourceTypeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A resource: its type and the vendor's own immutable id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ResourceId {
    /// The resource's type.
    pub resource_type: ResourceTypeId,
    /// The vendor's id, verbatim.
    pub id: Text,
}

impl ResourceId {
    /// Joins a type and a vendor id.
    pub fn new(resource_type: ResourceTypeId, id: impl Into<Text>) -> Self {
        Self {
            resource_type,
            id: id.into(),
        }
    }

    /// Whether both parts are non-empty and within [`MAX_ID_BYTES`], and were read whole: U+FFFD stands for what a vendor
    /// sent and could not be read, so an id with it may belong to more than one thing.
    pub fn is_valid(&self) -> bool {
        let ok = |s: &str| !s.is_empty() && s.len() <= MAX_ID_BYTES && !s.contains('\u{fffd}');
        ok(self.resource_type.as_str()) && ok(&self.id)
    }

    /// Reads a BID, the form in which the ecosystem's flags name a resource: `bid:r:<type>/<id>`, with the parent's
    /// type and id in front when it has one. `:`, `/` and `\` within a part have a `\` before them. `None` for
    /// anything else; the parent is not looked at.
    pub fn from_bid(bid: &str) -> Option<Self> {
        let mut parts = vec![String::new()];
        let mut rest = bid.strip_prefix("bid:r:")?.chars();
        while let Some(c) = rest.next() {
            match (c, parts.last_mut()?) {
                ('/', _) => parts.push(String::new()),
                (':', _) => return None,
                ('\\', part) => part.push(rest.next()?),
                (c, part) => part.push(c),
            }
        }
        let (resource_type, id) = match <[String; 4]>::try_from(parts) {
            Ok([_, _, resource_type, id]) => (resource_type, id),
            Err(parts) => <[String; 2]>::try_from(parts).ok()?.into(),
        };
        let id = Self::new(ResourceTypeId::from_string(resource_type), id);
        id.is_valid().then_some(id)
    }
}

/// `<type>:<id>`, the plain join that `.c1z` files use as a resource's external id.
impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.resource_type, self.id)
    }
}

/// An entitlement: a resource and the slug of what can be held on it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntitlementId {
    /// The resource on which the entitlement exists.
    pub resource: ResourceId,
    /// The entitlement's short name, such as `member`.
    pub slug: Cow<'static, str>,
}

impl EntitlementId {
    /// Joins a resource and a slug.
    pub fn new(resource: ResourceId, slug: impl Into<Cow<'static, str>>) -> Self {
        Self {
            resource,
            slug: slug.into(),
        }
    }
}

/// `<type>:<id>:<slug>`, a plain join without escaping (public contract of the ecosystem).
impl fmt::Display for EntitlementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.resource, self.slug)
    }
}

/// Where a listing goes on. Only the connector that made it knows what it means.
///
/// A cursor is stored in the checkpoint, so it must work in another process. [`Cursor::encode`] makes one of any value:
///
/// ```
/// use connector_core::id::Cursor;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Offset {
///     skip: usize,
/// }
///
/// let cursor = Cursor::encode(&Offset { skip: 250 })?;
/// assert_eq!(cursor.as_str(), r#"{"skip":250}"#);
/// assert_eq!(cursor.decode::<Offset>()?, Offset { skip: 250 });
/// # Ok::<(), connector_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor; an empty text is no cursor, because vendors use it to say "no further page".
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        (!text.is_empty()).then_some(Self(text))
    }

    /// A cursor that holds `place`, as compact JSON.
    ///
    /// # Errors
    /// [`ErrorKind::Bug`] when `place` has no form in JSON, such as a map whose keys are not text.
    pub fn encode<T: Serialize>(place: &T) -> Result<Self> {
        match serde_json::to_string(place) {
            Ok(text) => Ok(Self(text)),
            Err(e) => {
                let message = "the place in a listing cannot be written as a cursor";
                Err(Error::new(ErrorKind::Bug, message).caused_by(e))
            }
        }
    }

    /// The place that [`Cursor::encode`] was given.
    ///
    /// The text must be exactly what encoding the place gives: the shape of `T` is its version, and a cursor with
    /// a field more or less than today's was made by another version.
    ///
    /// # Errors
    /// [`ErrorKind::Precondition`] for any other text, because the checkpoint is then not one of this program.
    pub fn decode<T: Serialize + DeserializeOwned>(&self) -> Result<T> {
        let place = serde_json::from_str::<T>(&self.0).ok();
        let place = place.filter(|p| serde_json::to_string(p).is_ok_and(|text| text == self.0));
        place.ok_or_else(|| {
            let message =
                "the stored place in a listing was not made by this version of the connector";
            Error::new(ErrorKind::Precondition, message)
                .during("resuming a sync")
                .hint(
                    "delete the working file beside the output file; the next run then starts anew",
                )
        })
    }

    /// The cursor's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests;
