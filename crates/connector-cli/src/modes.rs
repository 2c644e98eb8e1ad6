//! Default flags that are accepted without doing what they do elsewhere: refused, or ignored with a word.

use connector_c1z::Format;
use connector_core::error::{Error, ErrorKind, Result};
use connector_core::shrink::ShrinkLimits;
use connector_core::spec::{FieldSpec, Settings, Value, label, setting_error};

use crate::defaults::flags::{
    ACCEPT_SHRINK, EVENT_FEED, MAX_SHRINK, MAX_SHRINK_GRANTS, SKIP_ENTITLEMENTS_AND_GRANTS,
    SKIP_GRANTS, STORAGE_ENGINE, SYNC_RESOURCES,
};
use crate::defaults::{self, Effect};
use crate::values::read_bool;

/// Refuses flags that ask for something other than a plain sync.
///
/// # Errors
/// [`ErrorKind::Unavailable`] for another mode, [`ErrorKind::Setting`] for a result we cannot produce.
pub(crate) fn refuse(settings: &Settings) -> Result<()> {
    if settings.is_set(SKIP_GRANTS.name()) && !settings.is_set(SYNC_RESOURCES.name()) {
        let problem = Error::new(
            ErrorKind::Setting,
            "it can only be set within a targeted sync",
        );
        let hint = format!(
            "{} syncs resources only",
            label(SKIP_ENTITLEMENTS_AND_GRANTS.name())
        );
        return Err(SKIP_GRANTS.error(problem.hint(hint)));
    }
    for flag in defaults::table() {
        let name = flag.field.name();
        if !is_asked_for(settings, &flag.field) {
            continue;
        }
        match flag.effect {
            Effect::Works | Effect::Single | Effect::Ignored(_) | Effect::Service => {}
            Effect::WriteMode => {
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    format!("the connector is read-only, --{name} is not supported"),
                )
                .hint(format!("without {} a sync is run", label(name))));
            }
            Effect::OtherMode(mode) => {
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    format!("{mode} is not in this version (--{name} is set)"),
                )
                .hint(format!(
                    "without {} one sync is run and written to --file",
                    label(name)
                )));
            }
            Effect::Refused(hint) => {
                let problem = Error::new(ErrorKind::Setting, "not supported").hint(hint);
                return Err(setting_error(name, problem));
            }
        }
    }
    Ok(())
}

/// The format that the program is set to write; `None` leaves it to the file that is there, or to a task.
///
/// # Errors
/// [`ErrorKind::Setting`] for a name that is not known.
pub(crate) fn format(settings: &Settings) -> Result<Option<Format>> {
    Ok(match settings.get(&STORAGE_ENGINE)?.as_deref() {
        Some("sqlite") => Some(Format::V1),
        Some("pebble") => Some(Format::V3),
        _ => None,
    })
}

/// How much may be missing in a new sync.
///
/// # Errors
/// [`ErrorKind::Setting`] for what is no share.
pub(crate) fn shrink_limits(settings: &Settings) -> Result<ShrinkLimits> {
    Ok(ShrinkLimits {
        people: settings.get(&MAX_SHRINK)?,
        grants: settings.get(&MAX_SHRINK_GRANTS)?,
    })
}

/// The limits that hold for the file of a single run; `None` when any loss is accepted.
///
/// # Errors
/// As [`shrink_limits`].
pub(crate) fn file_limits(settings: &Settings) -> Result<Option<ShrinkLimits>> {
    let limits = shrink_limits(settings)?;
    Ok((!settings.get(&ACCEPT_SHRINK)?).then_some(limits))
}

/// What was set without effect, one sentence per flag; `serves` in service mode.
pub(crate) fn ignored(settings: &Settings, serves: bool) -> Vec<String> {
    let mut ignored = Vec::new();
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
        if is_asked_for(settings, &flag.field) {
            ignored.push(format!("--{} has no effect: {why}", flag.field.name()));
        }
    }
    ignored
}

/// The event feed's flag is a text that says yes or no.
fn is_asked_for(settings: &Settings, field: &FieldSpec) -> bool {
    settings.is_set(field.name())
        && match settings.value(field) {
            Some(Value::Text(text)) if field.name() == EVENT_FEED.name() => {
                read_bool(&text) != Some(false)
            }
            _ => true,
        }
}
