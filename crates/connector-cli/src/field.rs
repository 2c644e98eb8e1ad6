//! One setting, described as data: name, type, rules, and who gets to see it.
//!
//! The same [`Field`] describes the flags every connector has and a connector's own settings. Flags, `BATON_*`
//! variables, keys of the configuration file, help, validation and the `config` schema are all derived from it.

/// The type of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One text.
    Text,
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
            Self::Text => "string",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::List => "strings",
        }
    }
}

/// A value that a setting has when nobody sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// One text.
    Text(&'static str),
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Several texts.
    List(&'static [&'static str]),
}

impl From<&'static str> for DefaultValue {
    fn from(value: &'static str) -> Self {
        Self::Text(value)
    }
}

impl From<bool> for DefaultValue {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for DefaultValue {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&'static [&'static str]> for DefaultValue {
    fn from(value: &'static [&'static str]) -> Self {
        Self::List(value)
    }
}

/// What a value must satisfy. An absent or empty value satisfies every rule; that it must be there is
/// [`Field::required`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// A number of at least this.
    AtLeast(i64),
    /// A number of at most this.
    AtMost(i64),
    /// One of these texts; an empty text among them stands for "not set".
    OneOf(&'static [&'static str]),
    /// At least this many bytes.
    MinLen(u64),
    /// At most this many bytes.
    MaxLen(u64),
    /// Starts with this text.
    Prefix(&'static str),
    /// An absolute URL.
    Uri,
    /// A UUID in its usual form.
    Uuid,
}

/// Whether the `config` schema shows a field, and as whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// Not shown.
    None,
    /// Shown as a setting of operations.
    Ops,
    /// Shown as a setting of the connector.
    Gui,
}

/// A setting. Built with one of the four constructors and the chained setters.
#[derive(Debug, Clone)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) display_name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) placeholder: &'static str,
    pub(crate) required: bool,
    pub(crate) secret: bool,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) hidden: bool,
    pub(crate) export: Export,
    pub(crate) short: Option<char>,
}

impl Field {
    /// A setting that holds one text.
    pub fn string(name: &'static str) -> Self {
        Self::new(name, Kind::Text)
    }

    /// A setting that is on or off.
    pub fn bool(name: &'static str) -> Self {
        Self::new(name, Kind::Bool)
    }

    /// A setting that holds a whole number.
    pub fn int(name: &'static str) -> Self {
        Self::new(name, Kind::Int)
    }

    /// A setting that holds several texts.
    pub fn list(name: &'static str) -> Self {
        Self::new(name, Kind::List)
    }

    fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            display_name: "",
            description: "",
            placeholder: "",
            required: false,
            secret: false,
            default: None,
            rules: Vec::new(),
            hidden: false,
            export: Export::Gui,
            short: None,
        }
    }

    /// Name for people.
    #[must_use]
    pub fn display_name(mut self, name: &'static str) -> Self {
        self.display_name = name;
        self
    }

    /// What it is for, one sentence without a final period.
    #[must_use]
    pub fn description(mut self, text: &'static str) -> Self {
        self.description = text;
        self
    }

    /// An example shown in an empty input.
    #[must_use]
    pub fn placeholder(mut self, text: &'static str) -> Self {
        self.placeholder = text;
        self
    }

    /// The connector does not work without it.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Its value is never shown: not in help, errors, logs or `Debug`.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// The value when nobody sets one.
    #[must_use]
    pub fn default(mut self, value: impl Into<DefaultValue>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// Adds something its value must satisfy.
    #[must_use]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Leaves it out of help; it works all the same.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Says whether the `config` schema shows it; a connector's fields are shown unless said otherwise.
    #[must_use]
    pub fn export(mut self, export: Export) -> Self {
        self.export = export;
        self
    }

    pub(crate) fn short(mut self, letter: char) -> Self {
        self.short = Some(letter);
        self
    }

    /// Its name: the flag without dashes and the key in the configuration file.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The environment variable that sets it.
    pub fn variable(&self) -> String {
        variable(self.name)
    }
}

/// The environment variable of a flag.
pub(crate) fn variable(flag: &str) -> String {
    format!("BATON_{}", flag.to_ascii_uppercase().replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_named_after_flags() {
        assert_eq!(
            Field::string("c1z-temp-dir").variable(),
            "BATON_C1Z_TEMP_DIR"
        );
    }
}
