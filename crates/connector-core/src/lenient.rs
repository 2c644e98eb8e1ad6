//! Decoding of vendor answers that do not keep their promises: ids as text or number, objects where a text was
//! documented, `null` for everything.
//!
//! A value of an unexpected shape is an absent value; it never fails the answer around it. What is absent is
//! left out of the file, so a tolerant decoder cannot invent anything.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hasher};
use std::marker::PhantomData;

use compact_str::{CompactString, ToCompactString};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A value that may come as text or whole number; anything else, and blank text, is absent.
///
/// Short text is kept inline: an answer with a hundred thousand people holds millions of words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word(Option<CompactString>);

impl Word {
    /// The value as text.
    pub fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The value as text of its own.
    pub fn into_string(self) -> Option<String> {
        self.0.map(String::from)
    }

    /// The value, else the other one.
    pub fn or<'a>(&'a self, other: &'a Self) -> Option<&'a str> {
        self.get().or_else(|| other.get())
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self(Some(CompactString::from(text)))
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(AnyVisitor(PhantomData::<Ignored>))? {
            ObjectOr::Word(word) => Ok(word),
            ObjectOr::Object(_) => Ok(Self(None)),
        }
    }
}

/// `T` when the value is an object, its default otherwise.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(AnyVisitor(PhantomData::<T>))? {
            ObjectOr::Word(_) => Ok(Self(T::default())),
            ObjectOr::Object(object) => Ok(Self(object)),
        }
    }
}

/// An object, or a bare value in its place, such as a reference that is sometimes just an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectOr<T> {
    /// The value is a text or a number instead of an object.
    Word(Word),
    /// An object.
    Object(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ObjectOr<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyVisitor(PhantomData::<T>))
    }
}

/// Reads an object with a seed of its own; any other value is as in [`ObjectOr`].
#[derive(Debug)]
pub struct ObjectSeed<S>(pub S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for ObjectSeed<S> {
    type Value = ObjectOr<S::Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(AnyVisitor(self.0))
    }
}

/// The objects of a list; none when the value is not a list. An element that is not an object is `T`'s default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de> + Default> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, bound(deserialize = "T: Deserialize<'de> + Default"))]
        enum Any<T> {
            List(Vec<Object<T>>),
            Other(IgnoredAny),
        }
        Ok(match Any::<T>::deserialize(deserializer)? {
            Any::List(items) => Self(items.into_iter().map(|item| item.0).collect()),
            Any::Other(_) => Self::default(),
        })
    }
}

/// What the keys of an object stand for. As a seed it reads a key and looks it up without copying it.
///
/// ```
/// use connector_core::lenient::Keys;
/// use serde::de::DeserializeSeed;
///
/// let mut keys = Keys::default();
/// keys.or_insert("email", 1);
/// let mut json = serde_json::Deserializer::from_str("\"email\"");
/// assert_eq!(keys.deserialize(&mut json)?, Some(&1));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Keys<T>(HashMap<Box<str>, T, BuildHasherDefault<KeyHasher>>);

impl<T> Default for Keys<T> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<T> Keys<T> {
    /// What `key` stands for: `meaning`, unless it had one before.
    pub fn or_insert(&mut self, key: &str, meaning: T) -> &mut T {
        self.0.entry(key.into()).or_insert(meaning)
    }
}

impl<'de, 'k, T> DeserializeSeed<'de> for &'k Keys<T> {
    type Value = Option<&'k T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'k, T> Visitor<'_> for &'k Keys<T> {
    type Value = Option<&'k T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.get(key))
    }
}

/// Hashes the keys of a table. Only the program's own keys are in one, so an answer cannot make it slow.
#[derive(Debug, Clone, Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    /// Length, beginning and end tell the keys of a table apart; those that they do not are compared.
    fn write(&mut self, bytes: &[u8]) {
        let mut mix = |word: u64| {
            let mixed = self.0.rotate_left(5) ^ word;
            self.0 = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        };
        mix(bytes.len() as u64);
        if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk()) {
            mix(u64::from_le_bytes(*first));
            mix(u64::from_le_bytes(*last));
        } else if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk()) {
            mix(u64::from(u32::from_le_bytes(*first)));
            mix(u64::from(u32::from_le_bytes(*last)));
        } else {
            bytes.iter().for_each(|byte| mix(u64::from(*byte)));
        }
    }

    /// Texts end with a byte that tells nothing here.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        // The upper bits depend on the whole key.
        self.0.rotate_left(26)
    }
}

/// An object of which nothing is kept.
struct Ignored;

impl<'de> Deserialize<'de> for Ignored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

struct AnyVisitor<S>(S);

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for AnyVisitor<S> {
    type Value = ObjectOr<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let object = self.0.deserialize(MapAccessDeserializer::new(map));
        object.map(ObjectOr::Object)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        let starts_with_ink = text.bytes().next().is_some_and(|b| b.is_ascii_graphic());
        let is_blank = !starts_with_ink && text.trim().is_empty();
        Ok(word((!is_blank).then(|| CompactString::from(text))))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(word(Some(number.to_compact_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(word(Some(number.to_compact_string())))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(word(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(word(None))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(word(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(word(None))
    }
}

fn word<T>(value: Option<CompactString>) -> ObjectOr<T> {
    ObjectOr::Word(Word(value))
}

#[cfg(test)]
mod tests;
