//! What a connector is given: its settings, and the world it runs in.

use std::fmt;

use connector_core::clock::SharedClock;
use connector_core::entropy::SharedEntropy;
use connector_http::HttpSettings;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use secrecy::SecretString;

use crate::values::Values;

/// The values of a connector's settings. Required ones are there and rules hold.
#[derive(Clone)]
pub struct Settings {
    values: Values,
}

impl Settings {
    pub(crate) fn new(values: Values) -> Self {
        Self { values }
    }

    /// The text of a setting; empty when it is not set.
    pub fn text(&self, name: &str) -> &str {
        self.values.text(name)
    }

    /// The text of a secret setting; empty when it is not set.
    pub fn secret(&self, name: &str) -> SecretString {
        self.values.secret(name)
    }

    /// The texts of a list setting.
    pub fn list(&self, name: &str) -> &[String] {
        self.values.list(name)
    }

    /// Whether a setting is on.
    pub fn bool(&self, name: &str) -> bool {
        self.values.bool(name)
    }

    /// The number of a setting; 0 when it is not set.
    pub fn int(&self, name: &str) -> i64 {
        self.values.int(name)
    }

    /// Whether somebody set it to something.
    pub fn is_set(&self, name: &str) -> bool {
        self.values.is_set(name)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Even a setting that is no secret may hold one by mistake.
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

/// The world a connector runs in.
#[derive(Debug, Clone)]
pub struct Runtime {
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// What every HTTP client of the connector is made from.
    pub http: HttpSettings,
}

impl Runtime {
    /// Today's date in UTC, for what depends on whether a day has come.
    pub fn today(&self) -> Date {
        self.clock.now().to_zoned(TimeZone::UTC).date()
    }
}
