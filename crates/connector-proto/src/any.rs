//! Messages inside a `google.protobuf.Any`.

use prost::{DecodeError, Message, Name};
use prost_types::Any;

/// Packs a message under its full name, behind the address that other programs of the ecosystem write.
pub fn pack<M: Message + Name>(message: &M) -> Any {
    Any {
        type_url: M::type_url(),
        value: message.encode_to_vec(),
    }
}

/// Whether `any` holds a message of this type, whatever address precedes its name.
pub fn holds<M: Name>(any: &Any) -> bool {
    let name = any.type_url.rsplit('/').next().unwrap_or_default();
    let package = name
        .strip_suffix(M::NAME)
        .and_then(|it| it.strip_suffix('.'));
    package == Some(M::PACKAGE)
}

/// Decodes the first annotation of a message type; `None` when there is none.
///
/// # Errors
/// When an annotation of the type is there but cannot be decoded.
pub fn pick<M: Message + Name + Default>(annotations: &[Any]) -> Result<Option<M>, DecodeError> {
    annotations
        .iter()
        .find(|any| holds::<M>(any))
        .map(|any| M::decode(any.value.as_slice()))
        .transpose()
}

/// Gives messages of a package their names, for [`pack`], [`holds`], [`pick`] and encoders.
macro_rules! named {
    ($package:literal: $($message:ident),* $(,)?) => {$(
        impl $message {
            /// The type's address in a `google.protobuf.Any`.
            pub const TYPE_URL: &'static str =
                concat!("type.googleapis.com/", $package, ".", stringify!($message));
        }

        impl prost::Name for $message {
            const NAME: &'static str = stringify!($message);
            const PACKAGE: &'static str = $package;

            fn type_url() -> String {
                Self::TYPE_URL.to_owned()
            }
        }
    )*};
}
pub(crate) use named;
