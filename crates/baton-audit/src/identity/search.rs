//! Finds the one person or account that a command line means.

use connector_core::{Error, ErrorKind, Result};

use super::{Identity, fold_email, fold_number, fold_text, for_each};
use crate::source::Source;

/// Candidates that an error lists.
const LISTED: usize = 5;

/// How well an identity fits what is searched for; a better fit hides worse ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// Every word searched for is a word of the name.
    Words,
    /// It is the name.
    Name,
    /// It is the id, an e-mail address or an employee number.
    Id,
    /// It is the type and id.
    Key,
}

/// Looks for one person or account among identities that are shown to it one by one.
#[derive(Debug)]
pub struct Search<'w> {
    who: &'w str,
    folded: String,
    email: Option<String>,
    best: Option<Fit>,
    first: Option<Identity>,
    labels: Vec<String>,
    count: usize,
}

impl<'w> Search<'w> {
    /// Starts a search for `who`: an id with or without its type, an e-mail address, an employee number or a name.
    pub fn new(who: &'w str) -> Self {
        Self {
            who,
            folded: fold_text(who),
            email: fold_email(who),
            best: None,
            first: None,
            labels: Vec::new(),
            count: 0,
        }
    }

    /// Looks at one identity.
    pub fn see(&mut self, identity: &Identity) {
        let fit = self.fit(identity);
        if fit.is_none() || fit < self.best {
            return;
        }
        if fit > self.best {
            self.best = fit;
            self.count = 0;
            self.labels.clear();
            self.first = Some(identity.clone());
        }
        self.count += 1;
        if self.labels.len() < LISTED {
            self.labels.push(label(identity));
        }
    }

    /// How well the best seen so far fits; `None` when nobody does.
    pub(crate) fn best(&self) -> Option<Fit> {
        self.best
    }

    /// The one who fits best.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] when none fits, or several do equally well.
    pub fn found(self) -> Result<Identity> {
        let error = |message| Error::new(ErrorKind::Usage, message);
        match (self.first, self.count) {
            (Some(identity), 1) => Ok(identity),
            (None, _) => Err(error(format!("the file knows no person as {}", self.who))
                .hint("give an id, a work e-mail address, an employee number or a full name")),
            (Some(_), count) => {
                let more = if count > LISTED { ", …" } else { "" };
                let list = self.labels.join(", ");
                Err(
                    error(format!("the file knows {count} people as {}", self.who))
                        .hint(format!("give the id of one of: {list}{more}")),
                )
            }
        }
    }

    fn fit(&self, identity: &Identity) -> Option<Fit> {
        if identity.key.to_string() == self.who {
            return Some(Fit::Key);
        }
        let by_email = || {
            let emails = identity.emails.iter();
            self.email.is_some() && emails.into_iter().any(|e| fold_email(e) == self.email)
        };
        let by_number = || {
            let mut numbers = identity.employee_ids.iter();
            numbers.any(|n| fold_number(n).as_ref() == Some(&self.folded))
        };
        if identity.key.id == self.who || by_email() || by_number() {
            return Some(Fit::Id);
        }
        let name = fold_text(&identity.name);
        if name == self.folded {
            return Some(Fit::Name);
        }
        let has = |word| name.split(' ').any(|w| w == word);
        let fits = !self.folded.is_empty() && self.folded.split(' ').all(has);
        fits.then_some(Fit::Words)
    }
}

/// Reads the identities of the source's sync to find `who`, and keeps no other.
///
/// # Errors
/// As [`Search::found`], and when the file is damaged.
pub fn find(source: &Source, who: &str) -> Result<Identity> {
    let mut search = Search::new(who);
    for_each(source, |identity, _| {
        search.see(&identity);
        Ok(())
    })?;
    search.found()
}

fn label(identity: &Identity) -> String {
    format!("{} ({})", identity.key, identity.name)
}

#[cfg(test)]
mod tests;
