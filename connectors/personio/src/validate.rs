//! What is checked before a sync: credential, base URL, and which attributes the credential may read.
//!
//! Personio answers 200 and silently leaves out attributes that were not ticked on the credential. One page of
//! persons shows which: what nobody on it has is most likely not readable.

use connector_core::model::StatusKind;
use connector_core::warning::Warning;
use connector_core::{Context, Error, ErrorKind, Result};

use crate::client::{PersonioClient, Persons};
use crate::model::{Employment, PageOf, Person};
use crate::reading::is_one_persons;
use crate::users;

/// Persons whose employments are tried when those of the ones before tell nothing.
const TRIED: usize = 3;

/// Runs the probes: a token, a page of persons, the employments of one of them.
pub(crate) async fn validate(client: &PersonioClient) -> Result<Vec<Warning>> {
    let page = match client.persons(None).await? {
        Persons::Page(page) => page,
        Persons::CursorRefused(error) => return Err(error),
    };
    if page.rows().next().is_none() && page.next().during("listing persons")?.is_none() {
        return Err(Error::new(ErrorKind::Precondition, "Personio shows the credential no person at all")
            .during("checking what the credential may read")
            .hint("check that the credential belongs to the right Personio account and may read its employees"));
    }
    let mut warnings = hidden_of_persons(&page);
    warnings.extend(employments(client, &page).await?);
    Ok(warnings)
}

/// What nobody has.
fn hidden_of_persons(page: &PageOf<Person>) -> Vec<Warning> {
    let nobody = |has: fn(&Person) -> bool| page.rows().next().is_some() && !page.rows().any(has);
    let named = |p: &Person| p.first_name.get().is_some() || p.last_name.get().is_some();
    let known = |p: &Person| users::status(p.status.get()).kind != StatusKind::Unspecified;
    let mut warnings = Vec::new();
    if nobody(named) {
        let message = "no person has a name; tick First name and Last name in the credential's readable attributes";
        warnings.push(Warning::new("names-unreadable", message));
    }
    if nobody(|p| p.email.get().is_some()) {
        let message =
            "no person has an e-mail address; tick Email in the credential's readable attributes";
        warnings.push(Warning::new("emails-unreadable", message));
    }
    if nobody(known) {
        let message = "no person has a known status, so every status is left unspecified; tick Status in the \
                       credential's readable attributes";
        warnings.push(Warning::new("status-unreadable", message));
    }
    warnings
}

/// Tries the employments of the first persons until one answers.
async fn employments(client: &PersonioClient, page: &PageOf<Person>) -> Result<Option<Warning>> {
    let (mut refusal, mut readable, mut bare) = (None, false, false);
    for id in page.rows().filter_map(|p| p.id.get()).take(TRIED) {
        match client.employments(id).await {
            Ok(employments) if employments.iter().any(tells) => return Ok(None),
            Ok(employments) => {
                readable = true;
                bare |= !employments.is_empty();
            }
            Err(e) if e.kind() == ErrorKind::Permission => refusal = Some(e),
            // One person's trouble; the sync itself counts how many have it.
            Err(e) if is_one_persons(e.kind()) => {}
            Err(e) => return Err(e),
        }
    }
    if let Some(error) = refusal.filter(|_| !readable) {
        return Err(error);
    }
    let message = "employments have no status, position and dates; tick the employment attributes in the \
                   credential's readable attributes";
    Ok(bare.then(|| Warning::new("employments-unreadable", message)))
}

/// Whether an employment has any of what is read of it.
fn tells(employment: &Employment) -> bool {
    employment.status.get().is_some()
        || employment.employment_start_date.get().is_some()
        || employment.position.0.title.get().is_some()
}
