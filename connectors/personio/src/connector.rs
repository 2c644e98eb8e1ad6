//! Joins pages, employments and the attribute filter into the connector the engine drives.

use std::collections::HashSet;
use std::sync::Arc;

use connector_core::connector::{
    Connector, EntitlementLister, GrantLister, Page, PageRequest, ResourceLister,
};
use connector_core::id::Cursor;
use connector_core::model::Resource;
use connector_core::warning::Warning;
use connector_core::{Error, ErrorKind, Result};
use tokio::sync::Mutex;

use crate::client::{PersonioClient, explain};
use crate::custom::AttributeFilter;
use crate::reading::{Head, Reading, Row};
use crate::tally::{Streak, Tally};
use crate::users;
use crate::validate;

/// Personio, as the engine sees it.
///
/// While the rows of one page are taken, the next page is read, employments included; never more than that one.
/// It is handed over when the engine asks for it.
#[derive(Debug)]
pub struct PersonioConnector {
    client: Arc<PersonioClient>,
    filter: AttributeFilter,
    listing: Mutex<Listing>,
}

/// What this process knows of the listing under way.
#[derive(Debug, Default)]
struct Listing {
    ahead: Option<Reading>,
    /// Cursors of pages so far.
    seen: HashSet<String>,
    streak: Streak,
    /// A page has been handed over.
    begun: bool,
}

/// Where a listing goes on: the vendor's cursor, and what became of the employments before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct At {
    cursor: Option<String>,
    tally: Tally,
    /// How often the listing began again: a place must not look like one from before, or the engine would take it
    /// for a loop.
    restarts: u32,
}

impl At {
    fn read(cursor: Option<&Cursor>) -> Result<Self> {
        let Some(text) = cursor.map(Cursor::as_str) else {
            return Ok(Self::default());
        };
        Self::parse(text).ok_or_else(|| {
            let message = "the place to go on from is not one of this connector";
            Error::new(ErrorKind::Bug, message)
        })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, ' ');
        Some(Self {
            tally: Tally::read(parts.next()?)?,
            restarts: parts.next()?.parse().ok()?,
            cursor: Some(parts.next()?.to_owned()),
        })
    }

    /// The place to begin again.
    fn restart(&self) -> Self {
        Self {
            restarts: self.restarts + 1,
            ..Self::default()
        }
    }

    fn cursor(&self) -> Option<Cursor> {
        let cursor = self.cursor.as_ref()?;
        let (tally, restarts) = (self.tally.text(), self.restarts);
        Cursor::new(format!("{tally} {restarts} {cursor}"))
    }
}

impl PersonioConnector {
    pub(crate) fn new(client: PersonioClient, filter: AttributeFilter) -> Self {
        Self {
            client: Arc::new(client),
            filter,
            listing: Mutex::default(),
        }
    }

    /// The page at a place, as far as its head. A listing that was stopped begins again when Personio has forgotten
    /// where it was, and when an outage took too many employments then: what was stored is stored anew.
    async fn begin(&self, at: &mut At, ahead: Option<Reading>, resumed: bool) -> Result<Begun> {
        if resumed && at.tally.is_outage() {
            *at = at.restart();
        }
        let ahead = ahead.filter(|ahead| ahead.is_at(at.cursor.as_deref()));
        let mut reading = match ahead {
            Some(ahead) => ahead,
            None => self.start(at.cursor.clone()),
        };
        let error = match reading.head().await? {
            Head::Page { rows, next } => {
                return Ok(Begun {
                    reading,
                    rows,
                    next,
                });
            }
            Head::CursorRefused(error) => error,
        };
        if !resumed {
            return Err(error);
        }
        *at = at.restart();
        let mut reading = self.start(None);
        match reading.head().await? {
            Head::Page { rows, next } => Ok(Begun {
                reading,
                rows,
                next,
            }),
            Head::CursorRefused(error) => Err(error),
        }
    }

    fn start(&self, cursor: Option<String>) -> Reading {
        Reading::start(Arc::clone(&self.client), cursor)
    }

    /// Counts a row and pushes its user.
    async fn push(
        &self,
        row: Row,
        tally: &mut Tally,
        streak: &mut Streak,
        page: &mut Page<Resource>,
    ) -> Result<()> {
        let Row {
            mut person,
            employment,
        } = row;
        let attributes = std::mem::take(&mut person.custom_attributes.0);
        let Some(id) = person.id.get() else {
            let message = "Personio sent persons without an id; they were skipped";
            page.warn(Warning::new("person-without-id", message));
            return Ok(());
        };
        let employment = match employment {
            Ok(employment) => {
                tally.read_one(streak);
                employment
            }
            Err(error) => {
                tally.fail_one(streak, &error)?;
                let message =
                    "employments could not be read; these persons have no title, manager and dates";
                let example = format!("person {id}: {}", error.message());
                page.warn(Warning::new("employment-unreadable", message).example(example));
                None
            }
        };
        let kept = self.filter.filter(attributes);
        for warning in kept.warnings {
            page.warn(warning);
        }
        match users::user(&person, employment.as_ref(), kept.facts) {
            Some(user) => page.push(user).await,
            None => Ok(()),
        }
    }
}

/// A page whose head is known.
struct Begun {
    reading: Reading,
    rows: usize,
    next: Option<String>,
}

impl ResourceLister for PersonioConnector {
    async fn list_resources(
        &self,
        request: &PageRequest,
        page: &mut Page<Resource>,
    ) -> Result<Option<Cursor>> {
        let mut at = At::read(request.cursor.as_ref())?;
        let mut listing = self.listing.lock().await;
        if at.cursor.is_none() {
            *listing = Listing::default();
        }
        let resumed = !listing.begun && at.cursor.is_some();
        let ahead = listing.ahead.take();
        let Begun {
            mut reading,
            rows,
            next,
        } = self.begin(&mut at, ahead, resumed).await?;
        listing.begun = true;
        if let Some(cursor) = &at.cursor {
            listing.seen.insert(cursor.clone());
        }
        if let Some(next) = &next {
            if !listing.seen.insert(next.clone()) {
                return Err(repeated(listing.seen.len()));
            }
            listing.ahead = Some(self.start(Some(next.clone())));
        }
        let mut tally = at.tally;
        for _ in 0..rows {
            let row = reading.next().await?;
            self.push(row, &mut tally, &mut listing.streak, page)
                .await?;
        }
        if next.is_none() {
            tally.verdict(&listing.streak)?;
        }
        let next = At {
            cursor: next,
            tally,
            restarts: at.restarts,
        };
        Ok(next.cursor())
    }
}

/// The engine watches its own cursors, which hold the tally and so differ even when the vendor's do not.
fn repeated(pages: usize) -> Error {
    let message = format!(
        "the vendor sent a page cursor again after {pages} pages, the listing would never end"
    );
    let error = Error::new(ErrorKind::Contract, message).during("listing persons");
    explain(
        error
            .hint("this is a fault of the vendor's API; try again later and report it if it stays"),
    )
}

impl EntitlementLister for PersonioConnector {}

impl GrantLister for PersonioConnector {}

impl Connector for PersonioConnector {
    async fn validate(&self) -> Result<Vec<Warning>> {
        validate::validate(&self.client).await
    }

    fn requests(&self) -> u64 {
        self.client.requests()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_as_a_cursor() {
        let at = At {
            cursor: Some("+//+ AA==".to_owned()),
            tally: Tally {
                failed: 2,
                persons: 100,
            },
            restarts: 1,
        };
        let cursor = at.cursor();
        assert_eq!(
            cursor.as_ref().map(Cursor::as_str),
            Some("2/100 1 +//+ AA==")
        );
        assert_eq!(At::read(cursor.as_ref()).unwrap(), at);
        assert_eq!(At::read(None).unwrap(), At::default());
        assert_eq!(At::default().cursor(), None);
        let foreign = At::read(Cursor::new("page 2").as_ref()).unwrap_err();
        assert_eq!(foreign.kind(), ErrorKind::Bug);
    }
}
