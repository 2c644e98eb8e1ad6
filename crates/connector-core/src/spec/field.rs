//! One setting, described as data: name, type, rules, and where it is shown.

use super::error::{setting_error, variable};
use super::value::{Kind, SettingValue};
use crate::error::{Error, ErrorKind, Result};

/// A value that a setting has when none is given.
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

/// What a value must satisfy. An absent or empty value satisfies every rule; that it must be given follows from the
/// field's type ([`SettingValue::REQUIRED`]).
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
    /// The path of a file to write, so not `-`: standard output cannot take its place, and a file of that name is hardly
    /// meant. The `config` schema does not know this rule.
    File,
}

/// Whether the `config` schema shows a field, and to which audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Export {
    /// Not shown.
    None,
    /// Shown as a setting of operations.
    Ops,
    /// Shown as a setting of the connector.
    Gui,
}

/// A setting that is read as a `T`. Declared as a constant, with [`Field::new`] and the chained setters; the flag is
/// `--<name>`, the variable `BATON_<NAME>`, and the configuration file has it under its name.
///
/// It must be given, unless it has a default or `T` is an `Option`, a list or a `bool`.
#[derive(Debug)]
pub struct Field<T: SettingValue> {
    spec: FieldSpec,
    default: Option<T::Default>,
}

impl<T: SettingValue> Field<T> {
    /// A setting with this name: the flag without dashes.
    pub const fn new(name: &'static str) -> Self {
        Self {
            spec: FieldSpec {
                name,
                kind: T::KIND,
                display_name: "",
                description: "",
                placeholder: "",
                required: T::REQUIRED,
                default: None,
                rules: &[],
                hidden: false,
                export: Export::Gui,
                short: None,
                lines: false,
                recorded: false,
            },
            default: None,
        }
    }

    /// Its name in forms.
    #[must_use]
    pub const fn display_name(mut self, name: &'static str) -> Self {
        self.spec.display_name = name;
        self
    }

    /// What it is for, one sentence without a final period.
    #[must_use]
    pub const fn description(mut self, text: &'static str) -> Self {
        self.spec.description = text;
        self
    }

    /// An example shown in an empty input.
    #[must_use]
    pub const fn placeholder(mut self, text: &'static str) -> Self {
        self.spec.placeholder = text;
        self
    }

    /// The value when none is given.
    #[must_use]
    pub const fn default(mut self, value: T::Default) -> Self {
        self.default = Some(value);
        self.spec.required = false;
        self
    }

    /// What its value must satisfy.
    #[must_use]
    pub const fn rules(mut self, rules: &'static [Rule]) -> Self {
        self.spec.rules = rules;
        self
    }

    /// Leaves it out of help; it works all the same.
    #[must_use]
    pub const fn hidden(mut self) -> Self {
        self.spec.hidden = true;
        self
    }

    /// Sets whether the `config` schema shows it; without this call, a connector's fields are shown as its own.
    #[must_use]
    pub const fn export(mut self, export: Export) -> Self {
        self.spec.export = export;
        self
    }

    /// Lets its text have several lines.
    #[must_use]
    pub const fn lines(mut self) -> Self {
        self.spec.lines = true;
        self
    }

    /// Lets a recording of a run hold its value: it decides what is requested, and is an id, a path or a list of them.
    #[must_use]
    pub const fn recorded(mut self) -> Self {
        self.spec.recorded = true;
        self
    }

    /// Gives the flag a one-letter form.
    #[must_use]
    pub const fn short(mut self, letter: char) -> Self {
        self.spec.short = Some(letter);
        self
    }

    /// Its name: the flag without dashes and the key in the configuration file.
    pub const fn name(&self) -> &'static str {
        self.spec.name
    }

    /// The description without the type, as it stands in [`ConnectorSpec::fields`](super::ConnectorSpec::fields).
    pub fn spec(&self) -> FieldSpec {
        FieldSpec {
            default: self.default.map(Into::into),
            ..self.spec
        }
    }

    /// The error about its value, for what only the connector can check; see [`setting_error`].
    #[must_use]
    pub fn error(&self, problem: Error) -> Error {
        setting_error(self.name(), problem)
    }
}

/// The description of a setting, without the type it is read as. Made by [`Field::spec`].
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    name: &'static str,
    kind: Kind,
    display_name: &'static str,
    description: &'static str,
    placeholder: &'static str,
    required: bool,
    default: Option<DefaultValue>,
    rules: &'static [Rule],
    hidden: bool,
    export: Export,
    short: Option<char>,
    lines: bool,
    recorded: bool,
}

impl FieldSpec {
    /// See [`Field::name`].
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The environment variable that sets it.
    pub fn variable(&self) -> String {
        variable(self.name)
    }

    /// How it is written down.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// See [`Field::display_name`].
    pub const fn display_name(&self) -> &'static str {
        self.display_name
    }

    /// See [`Field::description`].
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// See [`Field::placeholder`].
    pub const fn placeholder(&self) -> &'static str {
        self.placeholder
    }

    /// Whether it must be given.
    pub const fn is_required(&self) -> bool {
        self.required
    }

    /// Whether its value is never shown.
    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, Kind::Secret)
    }

    /// See [`Field::default`].
    pub const fn default_value(&self) -> Option<DefaultValue> {
        self.default
    }

    /// See [`Field::rules`].
    pub const fn rules(&self) -> &'static [Rule] {
        self.rules
    }

    /// See [`Field::hidden`].
    pub const fn is_hidden(&self) -> bool {
        self.hidden
    }

    /// See [`Field::export`].
    pub const fn export(&self) -> Export {
        self.export
    }

    /// See [`Field::short`].
    pub const fn short(&self) -> Option<char> {
        self.short
    }

    /// See [`Field::recorded`].
    pub const fn is_recorded(&self) -> bool {
        self.recorded
    }

    /// A text as it was given for the setting, without the ASCII blanks and line ends around it, which come along when
    /// it is copied or read from a file. An empty one is how a setting is switched off.
    ///
    /// # Errors
    /// [`ErrorKind::Setting`] when nothing else was given, or when a control character is inside; the message names the
    /// setting and never shows the text.
    ///
    /// ```
    /// use connector_core::spec::Field;
    ///
    /// const USER: Field<String> = Field::new("example-user-id");
    /// assert_eq!(USER.spec().cut(" SERVICE-1\r\n").unwrap(), "SERVICE-1");
    /// let error = USER.spec().cut("SERVICE\n-1").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "--example-user-id (BATON_EXAMPLE_USER_ID): the value has a line break or another control character in it"
    /// );
    /// ```
    pub fn cut<'t>(&self, text: &'t str) -> Result<&'t str> {
        let cut = text.trim_matches(|c: char| c.is_ascii_whitespace());
        let problem = if cut.is_empty() && !text.is_empty() {
            "the value is blank"
        } else if !self.lines && cut.contains(char::is_control) {
            "the value has a line break or another control character in it"
        } else {
            return Ok(cut);
        };
        let error = Error::new(ErrorKind::Setting, problem);
        Err(setting_error(self.name, error).hint("copy the value again, whole and on one line"))
    }
}

#[cfg(test)]
mod tests;
