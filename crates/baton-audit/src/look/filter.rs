//! Which people and accounts a listing shows.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use connector_core::{Error, ErrorKind, Result};
use jiff::civil::Date;

use super::people::PersonLine;
use crate::identity::{Identity, Lifecycle, Status, fold_text};
use crate::source::Source;

/// Chooses people and accounts. Of an option that is given several times, any value fits.
#[derive(Debug, Default, clap::Args)]
pub struct PeopleArgs {
    /// Only this resource type
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,

    /// Only this status
    #[arg(long, value_name = "STATUS")]
    pub status: Vec<Status>,

    /// Only who stands here between signing and leaving
    #[arg(long, value_name = "STATE")]
    pub lifecycle: Vec<Lifecycle>,

    /// Only this department, by name or id
    #[arg(long, value_name = "NAME")]
    pub department: Vec<String>,

    /// Only who has this text in name, id, e-mail address, login, employee number or title
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
}

impl ValueEnum for Status {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

impl ValueEnum for Lifecycle {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

impl PeopleArgs {
    /// Whether all people and accounts are chosen.
    fn chooses_all(&self) -> bool {
        self.types.is_empty()
            && self.status.is_empty()
            && self.lifecycle.is_empty()
            && self.department.is_empty()
            && self.search.is_none()
    }
}

/// [`PeopleArgs`] made ready for a source.
#[derive(Debug)]
pub(crate) struct PeopleFilter<'a> {
    args: &'a PeopleArgs,
    departments: Vec<String>,
    search: Option<String>,
    day: Option<Date>,
}

impl<'a> PeopleFilter<'a> {
    /// Prepares the filter; lifecycles are judged as of `day`.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`] for a type that the sync does not have.
    pub(crate) fn new(args: &'a PeopleArgs, source: &Source, day: Option<Date>) -> Result<Self> {
        known_types(&args.types, source)?;
        Ok(Self {
            args,
            departments: args.department.iter().map(|d| fold_text(d)).collect(),
            search: args.search.as_deref().map(fold_text),
            day,
        })
    }

    /// Whether all people and accounts are chosen.
    pub(crate) fn chooses_all(&self) -> bool {
        self.args.chooses_all()
    }

    /// The identity with its lifecycle on the day of the filter, when it is chosen.
    pub(crate) fn line(&self, identity: Identity) -> Option<PersonLine> {
        let lifecycle = match self.day {
            Some(day) => identity.lifecycle_on(day),
            None => identity.lifecycle,
        };
        let of_type = |t: &String| **t == *identity.key.resource_type;
        let is_chosen = any(&self.args.types, of_type)
            && any(&self.args.status, |&s| s == identity.status)
            && any(&self.args.lifecycle, |&l| l == lifecycle)
            && any(&self.departments, |d| in_department(&identity, d))
            && self.search.as_ref().is_none_or(|t| has_text(&identity, t));
        is_chosen.then_some(PersonLine {
            identity,
            lifecycle,
        })
    }
}

fn any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

fn in_department(identity: &Identity, folded: &str) -> bool {
    let names = [&identity.department, &identity.department_id];
    names.into_iter().flatten().any(|d| fold_text(d) == folded)
}

fn has_text(identity: &Identity, folded: &str) -> bool {
    let one = [&identity.name, &identity.key.id].into_iter();
    let lists = [&identity.emails, &identity.logins, &identity.employee_ids];
    let texts = one.chain(lists.into_iter().flatten()).map(String::as_str);
    let mut texts = texts.chain(identity.job_title.as_deref());
    texts.any(|text| fold_text(text).contains(folded))
}

/// Refuses types that the source's sync does not have; a listing that is empty because of a typing error would look
/// like an answer.
///
/// # Errors
/// [`ErrorKind::Usage`], naming the types there are.
pub(crate) fn known_types(wanted: &[String], source: &Source) -> Result<()> {
    if wanted.is_empty() {
        return Ok(());
    }
    let mut known = Vec::new();
    let sync_id = &source.sync.sync_id;
    source.reader.for_each_resource_type(sync_id, |kind| {
        known.push(kind.id);
        Ok(())
    })?;
    match wanted.iter().find(|w| !known.contains(w)) {
        None => Ok(()),
        Some(other) => Err(Error::new(
            ErrorKind::Usage,
            format!("the sync has no resource type \"{other}\""),
        )
        .hint(format!("it has: {}", known.join(", ")))),
    }
}
