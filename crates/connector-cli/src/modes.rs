//! Default flags that are accepted without doing what they do elsewhere: refused, or ignored with a word.

use connector_core::error::{Error, ErrorKind, Result};

use crate::defaults::{self, Effect};
use crate::values::{Value, Values, read_bool};

/// Refuses flags that ask for something other than a plain sync.
///
/// # Errors
/// [`ErrorKind::Unavailable`] for another mode, [`ErrorKind::Setting`] for a result we cannot produce.
pub(crate) fn refuse(values: &Values) -> Result<()> {
    if values.is_set("skip-grants") && !values.is_set("sync-resources") {
        let message = "skip-grants can only be set within a targeted sync";
        return Err(Error::new(ErrorKind::Setting, message)
            .hint("--skip-entitlements-and-grants syncs resources only"));
    }
    for flag in defaults::table() {
        let name = flag.field.name;
        if !asked_for(values, name) {
            continue;
        }
        match flag.effect {
            Effect::Works | Effect::Single | Effect::Ignored(_) | Effect::Service => {}
            Effect::WriteMode => {
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    format!("the connector is read-only, --{name} is not supported"),
                )
                .hint(format!("without --{name} a sync is run")));
            }
            Effect::OtherMode(mode) => {
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    format!("{mode} is not in this version (--{name} is set)"),
                )
                .hint(format!(
                    "without --{name} one sync is run and written to --file"
                )));
            }
            Effect::Refused(hint) => {
                let message = format!("field {name}: not supported");
                return Err(Error::new(ErrorKind::Setting, message).hint(hint));
            }
        }
    }
    Ok(())
}

/// Refuses a format that we cannot write, in every mode.
///
/// # Errors
/// [`ErrorKind::Setting`].
pub(crate) fn refuse_engine(values: &Values) -> Result<()> {
    if values.text("storage-engine") == "pebble" {
        let message = "field storage-engine: pebble is not supported";
        return Err(Error::new(ErrorKind::Setting, message)
            .hint("use --storage-engine sqlite, or leave it out"));
    }
    Ok(())
}

/// What was set without effect, one sentence per flag; `serves` in service mode.
pub(crate) fn ignored(values: &Values, serves: bool) -> Vec<String> {
    let mut told = Vec::new();
    for flag in defaults::table() {
        let why = match flag.effect {
            Effect::Ignored(why) => why,
            Effect::Service if !serves => "it matters only to a long-running service",
            Effect::Single | Effect::WriteMode | Effect::OtherMode(_) | Effect::Refused(_)
                if serves =>
            {
                "the service does what the control plane asks for"
            }
            _ => continue,
        };
        if asked_for(values, flag.field.name) {
            told.push(format!("--{} has no effect: {why}", flag.field.name));
        }
    }
    told
}

/// The event feed's flag is a text that says yes or no.
fn asked_for(values: &Values, name: &str) -> bool {
    values.is_set(name)
        && match values.get(name) {
            Some(Value::Text(text)) if name == "event-feed" => read_bool(text) != Some(false),
            _ => true,
        }
}
