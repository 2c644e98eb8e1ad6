//! How a program gets to know a vendor's fake: one [`Vendor`] value that the vendor's package hands over.

use std::collections::BTreeMap;

use clap::{Arg, ArgMatches};

use crate::company::Company;
use crate::server::Fake;

/// A vendor's fake, ready to be registered.
///
/// ```
/// use axum::Router;
/// use connector_sandbox::company::Company;
/// use connector_sandbox::server::{Fake, Sandbox};
/// use connector_sandbox::vendor::{Choices, Role, Vendor};
///
/// struct Acme(Company);
///
/// impl Fake for Acme {
///     fn vendor(&self) -> &'static str {
///         "acme"
///     }
///
///     fn router(&self) -> Router {
///         Router::new()
///     }
///
///     fn environment(&self, origin: &str) -> Vec<(&'static str, String)> {
///         vec![("BATON_ACME_BASE_URL", origin.to_owned())]
///     }
/// }
///
/// const ACME: Vendor = Vendor {
///     name: "acme",
///     role: Role::Hr,
///     people: "/people",
///     permissions: || vec!["people:read"],
///     arguments: Vec::new,
///     build: |company, _| Box::new(Acme(company)),
/// };
///
/// let fake = (ACME.build)(Company::generate(50, 1), &Choices::default());
/// let running = Sandbox::new().start(&*fake)?;
/// for (variable, value) in fake.environment(running.base_url()) {
///     // Hand these to the connector.
///     assert!(variable.starts_with("BATON_ACME_") && !value.is_empty());
/// }
/// # Ok::<(), connector_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Vendor {
    /// The vendor's name on the command line: lower-case letters.
    pub name: &'static str,
    /// What the vendor knows about people.
    pub role: Role,
    /// Part of the path of the request that lists people, its end when it ends in `$`. Faults are aimed at it.
    pub people: &'static str,
    /// The permissions that the credential may lack, as values of `--without`.
    pub permissions: fn() -> Vec<&'static str>,
    /// Command-line arguments that mean something to this vendor alone. Each takes one text.
    pub arguments: fn() -> Vec<Arg>,
    /// Makes a tenant that holds a company.
    pub build: fn(Company, &Choices) -> Box<dyn Fake>,
}

/// What a vendor knows about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who works for the company, and since when: a source for the others.
    Hr,
    /// Who has an account, which may differ from who works for the company.
    App,
}

/// What an operator chose for a fake. The default is a well-configured tenant without limits.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Enforce the vendor's rate limits.
    pub rate_limit: bool,
    /// Add people with every known oddity.
    pub edge_cases: bool,
    /// The permissions that the credential lacks.
    pub without: Vec<String>,
    /// Values of [`Vendor::arguments`] by the name of the argument.
    pub arguments: BTreeMap<String, String>,
}

impl Choices {
    /// The value of one of the vendor's own arguments.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.arguments.get(name).map(String::as_str)
    }

    /// Takes over the values that a command line has for `arguments`.
    #[must_use]
    pub fn with_arguments(mut self, arguments: &[Arg], matches: &ArgMatches) -> Self {
        for name in arguments.iter().map(|argument| argument.get_id().as_str()) {
            if let Some(value) = matches.get_one::<String>(name) {
                self.arguments.insert(name.to_owned(), value.clone());
            }
        }
        self
    }
}
