//! How a listing continues: from the records that were received, never from the limit that was requested.
//!
//! A `$limit` that is too large may be lowered without an error, which only the echoed `limit` shows (not documented,
//! 2026-11), and `total` counts records that may come and go while they are read. So the next page starts behind the
//! records that came, and a listing ends with an empty page, or with a page that reaches `total` and was not full.

use connector_core::id::Cursor;
use connector_core::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

use crate::model::{HasId, Listing};

/// Where a listing goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Records before the page.
    pub(crate) skip: usize,
    /// Id of the first record of the page before, by which a server that ignores `$skip` is noticed.
    before: Option<String>,
}

impl Place {
    /// The place behind the page that `listing` is; `None` at the end.
    ///
    /// # Errors
    /// [`ErrorKind::Contract`] when the page is the one before once more.
    pub(crate) fn next<T: HasId>(
        &self,
        listing: &Listing<T>,
        asked: usize,
    ) -> Result<Option<Self>> {
        let came = listing.data.len();
        let first = listing.data.first().and_then(|r| r.0.id());
        if self.before.is_some() && self.before.as_deref() == first {
            return Err(Error::new(
                ErrorKind::Contract,
                "Humaans answered with the same page twice",
            )
            .hint("check BATON_BASE_URL and proxies in between: $skip must reach Humaans"));
        }
        let skip = self.skip + came;
        let full = came >= listing.limit().unwrap_or(asked);
        let reached = listing.total().is_some_and(|total| skip >= total);
        if came == 0 || (reached && !full) {
            return Ok(None);
        }
        let before = first.map(str::to_owned);
        Ok(Some(Self { skip, before }))
    }
}

/// A status that people are listed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Pass {
    NewHire,
    Active,
    Offboarded,
}

impl Pass {
    /// In the order of a career: a person whose status changes while people are listed is met again in a later pass,
    /// and the record read last counts.
    const ALL: [Self; 3] = [Self::NewHire, Self::Active, Self::Offboarded];

    /// The vendor's word.
    pub(crate) const fn status(self) -> &'static str {
        match self {
            Self::NewHire => "newHire",
            Self::Active => "active",
            Self::Offboarded => "offboarded",
        }
    }

    fn following(self) -> Option<Self> {
        let at = Self::ALL.iter().position(|p| *p == self)?;
        Self::ALL.get(at + 1).copied()
    }
}

/// The pass and place of a page of people.
pub(crate) fn people_at(cursor: Option<&Cursor>) -> Result<(Pass, Place)> {
    cursor.map_or_else(|| Ok((Pass::ALL[0], Place::default())), Cursor::decode)
}

/// Where people go on after a page of `pass`: its next page, else the next pass.
pub(crate) fn people_after(pass: Pass, next: Option<Place>) -> Result<Option<Cursor>> {
    let next = match next {
        Some(place) => Some((pass, place)),
        None => pass.following().map(|pass| (pass, Place::default())),
    };
    next.as_ref().map(Cursor::encode).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::JobRole;

    fn listing(json: &str) -> Listing<JobRole> {
        serde_json::from_str(json).unwrap()
    }

    fn place(skip: usize, before: &str) -> Place {
        let before = (!before.is_empty()).then(|| before.to_owned());
        Place { skip, before }
    }

    #[test]
    fn a_listing_goes_on_behind_what_came() {
        let two = r#""data":[{"id":"a"},{"id":"b"}]"#;
        let next = |start: usize, head: &str| {
            let listing = listing(&format!("{{{head}{two}}}"));
            place(start, "").next(&listing, 250).unwrap()
        };
        // Clamped to two; the total decides only about a page that is not full.
        let on = Some(place(2, "a"));
        assert_eq!(next(0, r#""total":9,"limit":2,"#), on);
        assert_eq!(next(0, r#""total":2,"limit":2,"#), on);
        assert_eq!(next(0, r#""total":0,"limit":2,"#), on);
        assert_eq!(next(0, r#""total":"9","limit":"250","#), on);
        assert_eq!(next(0, r#""total":null,"#), on);
        assert_eq!(next(0, ""), on);
        assert_eq!(next(0, r#""total":2,"limit":250,"#), None);
        assert_eq!(next(0, r#""total":2,"#), None);
        assert_eq!(next(7, r#""total":9,"#), None);
        let empty = listing(r#"{"total":900,"limit":250,"skip":500,"data":[]}"#);
        assert_eq!(place(500, "a").next(&empty, 250).unwrap(), None);
    }

    #[test]
    fn the_same_page_twice_is_an_error() {
        let page = listing(r#"{"total":9,"limit":1,"data":[{"id":"a"}]}"#);
        let next = Place::default().next(&page, 250).unwrap().unwrap();
        let error = next.next(&page, 250).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Contract);
        assert_eq!(error.message(), "Humaans answered with the same page twice");
    }

    #[test]
    fn cursors_work_in_another_process() {
        let mut passes = Vec::new();
        let mut cursor = None;
        loop {
            let (pass, start) = people_at(cursor.as_ref()).unwrap();
            assert_eq!(start, Place::default());
            passes.push(pass.status());
            let middle = people_after(pass, Some(place(250, "x:y"))).unwrap();
            assert_eq!(
                people_at(middle.as_ref()).unwrap(),
                (pass, place(250, "x:y"))
            );
            cursor = people_after(pass, None).unwrap();
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(passes, ["newHire", "active", "offboarded"]);
        for odd in ["active", "active:x:y", "left:1:a", "active:1"] {
            let cursor = Cursor::new(odd).unwrap();
            assert_eq!(
                people_at(Some(&cursor)).unwrap_err().kind(),
                ErrorKind::Precondition,
                "{odd}"
            );
        }
    }
}
