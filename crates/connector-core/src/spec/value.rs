//! Values of settings, and the types they are read as.

use secrecy::{ExposeSecret, SecretString};

use super::field::DefaultValue;
use crate::error::{Error, ErrorKind, Result};

/// How a setting is written down: what a flag takes and what the schema calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One text.
    Text,
    /// One text that is never shown: not in help, errors, logs or `Debug`.
    Secret,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// Several texts.
    List,
}

impl Kind {
    /// The word for the type in help and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text | Self::Secret => "string",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::List => "strings",
        }
    }
}

/// A value as it was found. A secret's `Debug` shows nothing of it.
#[derive(Debug, Clone)]
pub enum Value {
    /// Of [`Kind::Text`].
    Text(String),
    /// Of [`Kind::Secret`].
    Secret(SecretString),
    /// Of [`Kind::Bool`].
    Bool(bool),
    /// Of [`Kind::Int`].
    Int(i64),
    /// Of [`Kind::List`].
    List(Vec<String>),
}

impl Value {
    /// Whether it sets anything: an empty text or list and `false` do not.
    pub fn is_set(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_empty(),
            Self::Secret(secret) => !secret.expose_secret().is_empty(),
            Self::Bool(on) => *on,
            Self::Int(_) => true,
            Self::List(items) => !items.is_empty(),
        }
    }

    /// The text of a setting of [`Kind::Text`].
    ///
    /// # Errors
    /// [`ErrorKind::Bug`] for a value of another kind.
    pub fn text(&self) -> Result<&str> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(other_kind()),
        }
    }

    pub(super) fn of_default(default: DefaultValue, kind: Kind) -> Self {
        match default {
            DefaultValue::Text(text) if kind == Kind::Secret => Self::Secret(text.into()),
            DefaultValue::Text(text) => Self::Text(text.to_owned()),
            DefaultValue::Bool(on) => Self::Bool(on),
            DefaultValue::Int(number) => Self::Int(number),
            DefaultValue::List(items) => Self::List(items.iter().map(|&s| s.to_owned()).collect()),
        }
    }
}

fn other_kind() -> Error {
    Error::new(
        ErrorKind::Bug,
        "the setting holds a value of another kind than it declares",
    )
}

/// A type that a setting can be read as. Vendors implement it for what they check while reading, such as an id with a
/// fixed form; [`connector_http::BaseUrl`](https://docs.rs/connector-http) is another example.
///
/// ```
/// use connector_core::spec::{Field, Kind, Settings, SettingValue, Value};
/// use connector_core::{Error, ErrorKind, Result};
///
/// #[derive(Debug, PartialEq)]
/// struct Region(char);
///
/// impl SettingValue for Region {
///     type Default = &'static str;
///     const KIND: Kind = Kind::Text;
///
///     fn read(value: &Value) -> Result<Self> {
///         match value.text()?.chars().next() {
///             Some(letter @ 'a'..='f') => Ok(Self(letter)),
///             _ => Err(Error::new(ErrorKind::Setting, "regions begin with a letter from a to f")),
///         }
///     }
/// }
///
/// const REGION: Field<Region> = Field::new("example-region");
/// let mut settings = Settings::default();
/// settings.set(REGION.name(), Value::Text("zurich".to_owned()));
/// assert_eq!(
///     settings.get(&REGION).unwrap_err().to_string(),
///     "--example-region (BATON_EXAMPLE_REGION): regions begin with a letter from a to f"
/// );
/// ```
pub trait SettingValue: Sized {
    /// What a default is written as in a constant.
    type Default: Copy + Into<DefaultValue> + 'static;

    /// How the setting is written down.
    const KIND: Kind;

    /// Whether a setting of this type must be given unless it has a default.
    const REQUIRED: bool = true;

    /// Reads a value of [`Self::KIND`].
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] with what is wrong. The message does not name the setting, because the caller knows the
    /// name and adds it. The value itself belongs into the message only if it can never be a secret.
    fn read(value: &Value) -> Result<Self>;

    /// What an optional setting is when it is not given.
    fn absent() -> Option<Self> {
        None
    }
}

impl SettingValue for String {
    type Default = &'static str;
    const KIND: Kind = Kind::Text;

    fn read(value: &Value) -> Result<Self> {
        value.text().map(str::to_owned)
    }
}

impl SettingValue for SecretString {
    type Default = &'static str;
    const KIND: Kind = Kind::Secret;

    fn read(value: &Value) -> Result<Self> {
        match value {
            Value::Secret(secret) => Ok(secret.clone()),
            _ => Err(other_kind()),
        }
    }
}

impl SettingValue for bool {
    type Default = Self;
    const KIND: Kind = Kind::Bool;
    const REQUIRED: Self = false;

    fn read(value: &Value) -> Result<Self> {
        match value {
            Value::Bool(on) => Ok(*on),
            _ => Err(other_kind()),
        }
    }

    fn absent() -> Option<Self> {
        Some(false)
    }
}

impl SettingValue for i64 {
    type Default = Self;
    const KIND: Kind = Kind::Int;

    fn read(value: &Value) -> Result<Self> {
        match value {
            Value::Int(number) => Ok(*number),
            _ => Err(other_kind()),
        }
    }
}

impl SettingValue for Vec<String> {
    type Default = &'static [&'static str];
    const KIND: Kind = Kind::List;
    const REQUIRED: bool = false;

    fn read(value: &Value) -> Result<Self> {
        match value {
            Value::List(items) => Ok(items.clone()),
            _ => Err(other_kind()),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }
}

/// An optional setting. An empty text counts as not given, because that is how a variable is switched off.
impl<T: SettingValue> SettingValue for Option<T> {
    type Default = T::Default;
    const KIND: Kind = T::KIND;
    const REQUIRED: bool = false;

    fn read(value: &Value) -> Result<Self> {
        match value {
            Value::Bool(_) => T::read(value).map(Some),
            _ if value.is_set() => T::read(value).map(Some),
            _ => Ok(None),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// Whether a text is a UUID in its usual form, 8-4-4-4-12 hexadecimal digits.
///
/// ```
/// use connector_core::spec::is_uuid;
///
/// assert!(is_uuid("3b2a6f0e-6f1d-4c55-9d6b-0a4f5c1e7d21"));
/// assert!(!is_uuid("3b2a6f0e6f1d4c559d6b0a4f5c1e7d21"));
/// ```
pub fn is_uuid(text: &str) -> bool {
    let groups: Vec<_> = text.split('-').collect();
    groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
}
