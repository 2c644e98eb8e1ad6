//! People and accounts described by what a file has of them.

use super::pattern::Pattern;
use crate::identity::{Identity, fold_email, fold_number, fold_text};

/// What patterns are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribute {
    /// Work e-mail addresses.
    Email,
    /// Employee numbers.
    EmployeeId,
    /// The title.
    Title,
    /// The department's name.
    Department,
    /// Login names.
    Login,
    /// The name for people.
    Name,
    /// Place of work.
    Location,
    /// Kind of contract.
    EmploymentType,
    /// Role in the organisation.
    OrgRole,
    /// Last login in UTC, `2026-10-31T08:00:00Z`.
    LastLogin,
    /// When it was created, likewise.
    CreatedAt,
    /// Whether a second factor is asked for: `yes` or `no`.
    Mfa,
    /// Whether the login goes through single sign-on: `yes` or `no`.
    Sso,
}

impl Attribute {
    /// What the identity has of it, folded as patterns are.
    fn folded(self, identity: &Identity) -> Vec<String> {
        let text = |text: &str| fold_text(text);
        match self {
            // What is no address is compared as text.
            Self::Email => {
                let emails = identity.emails.iter();
                emails
                    .map(|e| fold_email(e).unwrap_or_else(|| text(e)))
                    .collect()
            }
            Self::EmployeeId => {
                let numbers = identity.employee_ids.iter();
                numbers.filter_map(|n| fold_number(n)).collect()
            }
            Self::Title => identity.job_title.iter().map(|t| text(t)).collect(),
            Self::Department => identity.department.iter().map(|d| text(d)).collect(),
            Self::Login => identity.logins.iter().map(|l| text(l)).collect(),
            Self::Name => vec![text(&identity.name)],
            Self::Location => identity.location.iter().map(|it| text(it)).collect(),
            Self::EmploymentType => identity.employment_type.iter().map(|it| text(it)).collect(),
            Self::OrgRole => identity.org_role.iter().map(|it| text(it)).collect(),
            Self::LastLogin => identity
                .last_login
                .iter()
                .map(|it| text(&it.to_string()))
                .collect(),
            Self::CreatedAt => identity
                .created_at
                .iter()
                .map(|it| text(&it.to_string()))
                .collect(),
            Self::Mfa => yes_no(identity.mfa),
            Self::Sso => yes_no(identity.sso),
        }
    }
}

/// Patterns by attribute; an identity is meant when one of them fits.
///
/// ```
/// use baton_audit::check::policy::{Attribute, Pattern, Place, Selector};
///
/// let chiefs = Pattern::new("chief * officer", Place::default());
/// let selector = Selector(vec![(Attribute::Title, vec![chiefs])]);
/// assert_eq!(selector.patterns().count(), 1);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selector(pub Vec<(Attribute, Vec<Pattern>)>);

impl Selector {
    /// All patterns.
    pub fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.0.iter().flat_map(|(_, patterns)| patterns)
    }

    /// The patterns that fit the identity.
    pub fn fitting<'a>(&'a self, identity: &Identity) -> impl Iterator<Item = &'a Pattern> {
        let with_patterns = self.0.iter().filter(|(_, patterns)| !patterns.is_empty());
        with_patterns.flat_map(|(attribute, patterns)| {
            let texts = attribute.folded(identity);
            let fits = move |p: &&Pattern| texts.iter().any(|text| p.fits_folded(text));
            patterns.iter().filter(fits)
        })
    }

    /// Whether a pattern fits the identity.
    pub fn include(&self, identity: &Identity) -> bool {
        self.fitting(identity).next().is_some()
    }
}

fn yes_no(known: Option<bool>) -> Vec<String> {
    let word = |yes| if yes { "yes" } else { "no" };
    known.map(word).into_iter().map(str::to_owned).collect()
}
