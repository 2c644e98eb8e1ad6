//! What a connector declares to be run as a program: its settings, its resource types, and how it is made.
//!
//! A vendor's library states its settings as [`Field`] constants, puts them with its resource types into a
//! [`ConnectorSpec`] and implements [`App`]. The program (`connector-cli`) derives flags, `BATON_*` variables, keys of
//! the configuration file, help and schemas from the declaration, reads the values, and hands them back as
//! [`Settings`] together with the [`Runtime`]. A field's type decides what [`Settings::get`] returns, so a setting
//! cannot be read under a wrong name or as another type.
//!
//! ```
//! use connector_core::spec::{ConnectorSpec, Field, Settings, Value};
//! use secrecy::SecretString;
//!
//! const TOKEN: Field<SecretString> = Field::new("example-api-token")
//!     .display_name("API token")
//!     .description("Token with the scope people:read");
//! const SITE: Field<Option<String>> = Field::new("example-site");
//! const PAGE_SIZE: Field<i64> = Field::new("example-page-size").default(100);
//!
//! fn spec() -> ConnectorSpec {
//!     ConnectorSpec {
//!         name: "baton-example",
//!         display_name: "Example",
//!         version: env!("CARGO_PKG_VERSION"),
//!         about: "Reads the people of Example into a .c1z file",
//!         fields: vec![TOKEN.spec(), SITE.spec(), PAGE_SIZE.spec()],
//!         ..ConnectorSpec::default()
//!     }
//! }
//!
//! # fn main() -> connector_core::Result<()> {
//! # assert!(spec().fields[0].is_required());
//! let mut settings = Settings::default();
//! settings.set(TOKEN.name(), Value::Secret("s3cr3t".into()));
//! let token: SecretString = settings.get(&TOKEN)?;
//! assert_eq!(settings.get(&SITE)?, None);
//! assert_eq!(settings.get(&PAGE_SIZE)?, 100);
//! # let _ = token;
//! # Ok(())
//! # }
//! ```
//!
//! A setting of one type is not another one:
//!
//! ```compile_fail,E0308
//! # use connector_core::spec::{Field, Settings};
//! const PAGE_SIZE: Field<i64> = Field::new("example-page-size").default(100);
//! let text: String = Settings::default().get(&PAGE_SIZE).unwrap();
//! ```

mod error;
mod field;
mod runtime;
mod settings;
mod value;

pub use error::{label, setting_error, variable};
pub use field::{DefaultValue, Export, Field, FieldSpec, Rule};
pub use runtime::{Runtime, TraceParent};
pub use settings::Settings;
pub use value::{Kind, SettingValue, Value, is_uuid};

use crate::connector::Connector;
use crate::error::Result;
use crate::model::ResourceType;

/// A connector as a program.
pub trait App: 'static {
    /// The connector.
    type Connector: Connector;

    /// Its static facts. No I/O.
    fn spec() -> ConnectorSpec;

    /// Makes the connector from its settings. No requests are sent yet.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`](crate::ErrorKind::Setting) when a setting cannot work.
    fn connect(settings: &Settings, runtime: &Runtime) -> Result<Self::Connector>;
}

/// The static facts of a connector. Written as a literal that ends in `..ConnectorSpec::default()`; see the
/// [module](self) for an example.
#[derive(Debug, Clone, Default)]
pub struct ConnectorSpec {
    /// The program's name, such as `baton-example`.
    pub name: &'static str,
    /// The vendor's name for people.
    pub display_name: &'static str,
    /// The program's version.
    pub version: &'static str,
    /// What the program does, one sentence without a final period.
    pub about: &'static str,
    /// Where its documentation is.
    pub help_url: Option<&'static str>,
    /// Its settings, in the order in which they are shown.
    pub fields: Vec<FieldSpec>,
    /// What must hold between settings.
    pub constraints: Vec<Constraint>,
    /// The resource types it lists, in the order in which they are listed. This is their only declaration: schemas,
    /// the engine's plan and the file are made from it.
    pub resource_types: Vec<ResourceType>,
}

/// What must hold between settings, which are named as in [`Field::name`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Constraint {
    /// All of them or none.
    Together(Vec<&'static str>),
    /// At least one of them.
    AtLeastOne(Vec<&'static str>),
    /// At most one of them.
    Exclusive(Vec<&'static str>),
    /// The first ones only together with all of the second ones.
    Dependent {
        /// Settings that need others.
        fields: Vec<&'static str>,
        /// The settings they need.
        on: Vec<&'static str>,
    },
}
