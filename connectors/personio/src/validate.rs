//! What is checked before a sync: credential, base URL, and which attributes the credential may read.
//!
//! Personio answers 200 and silently leaves out attributes that were not ticked on the credential. One page of
//! persons shows which: an attribute that no person on it has is most likely not readable.

use connector_core::fan_out::{Listed, concerns_one_record};
use connector_core::model::StatusKind;
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};

use crate::client::PersonioClient;
use crate::model::{Employment, Person};
use crate::users;

/// The most persons whose employments are tried, one after the other, until one has attributes.
const TRIED: usize = 3;

/// Runs the probes: a token, a page of persons, the employments of one of them.
pub(crate) async fn validate(client: &PersonioClient) -> Result<Vec<Warning>> {
    let (persons, next) = match client.persons(None).await? {
        Listed::Page { records, next } => (records, next),
        Listed::CursorRefused(error) => return Err(error),
    };
    if persons.is_empty() && next.is_none() {
        return Err(Error::new(ErrorKind::Precondition, "Personio shows the credential no person at all")
            .during("checking what the credential may read")
            .hint("check that the credential belongs to the right Personio account and may read its employees"));
    }
    let mut warnings = unreadable_attributes(&persons);
    warnings.extend(employments(client, &persons).await?);
    Ok(warnings)
}

/// A warning for each attribute that no person of the page has.
fn unreadable_attributes(persons: &[Person]) -> Vec<Warning> {
    let no_person_has = |has: fn(&Person) -> bool| !persons.is_empty() && !persons.iter().any(has);
    let named = |p: &Person| p.first_name.get().is_some() || p.last_name.get().is_some();
    let known = |p: &Person| users::status(p.status.get()).kind != StatusKind::Unspecified;
    let mut warnings = Vec::new();
    if no_person_has(named) {
        let message = "no person has a name; tick First name and Last name in the credential's readable attributes";
        warnings.push(Warning::unread("names-unreadable", message));
    }
    if no_person_has(|p| p.email.get().is_some()) {
        let message =
            "no person has an e-mail address; tick Email in the credential's readable attributes";
        warnings.push(Warning::unread("emails-unreadable", message));
    }
    if no_person_has(known) {
        let message = "no person has a known status, so every status is left unspecified; tick Status in the \
                       credential's readable attributes";
        warnings.push(Warning::unread("status-unreadable", message));
    }
    warnings
}

/// Tries the employments of the first persons until one answers.
async fn employments(client: &PersonioClient, persons: &[Person]) -> Result<Option<Warning>> {
    let (mut refusal, mut readable, mut bare) = (None, false, false);
    for id in persons.iter().filter_map(|p| p.id.get()).take(TRIED) {
        match client.employments(id).await {
            Ok(employments) if employments.iter().any(has_attributes) => return Ok(None),
            Ok(employments) => {
                readable = true;
                bare |= !employments.is_empty();
            }
            Err(e) if e.kind() == ErrorKind::Permission => refusal = Some(e),
            // The sync itself counts how many persons have such trouble.
            Err(e) if concerns_one_record(e.kind()) => {}
            Err(e) => return Err(e),
        }
    }
    if let Some(error) = refusal.filter(|_| !readable) {
        return Err(error);
    }
    let message = "employments have neither title nor start date; tick Position and Hire date in the credential's \
                   readable attributes";
    Ok(bare.then(|| Warning::unread("employments-unreadable", message)))
}

/// Whether an employment has what it is read for. Some accounts show its status alone, which says nothing of the other
/// attributes (seen by users, 2026).
fn has_attributes(employment: &Employment) -> bool {
    employment.employment_start_date.get().is_some() || employment.position.0.title.get().is_some()
}
