//! Whether there is something for a check to look at, so that a check of nothing never looks as if all were well.

use connector_core::Result;

use super::catalogue::{Check, Need};
use super::context::{CheckContext, NumberedFile};
use super::departments::Departments;
use super::join::{Owner, addresses};
use super::moves::Moves;
use super::rules::ac_01;

impl CheckContext<'_> {
    /// Why there is nothing of what is needed; `None` when there is. `ran` are the checks that ran before.
    ///
    /// # Errors
    /// When a file is damaged.
    pub(crate) fn missing(&self, need: Need, ran: &[&'static Check]) -> Result<Option<String>> {
        let no_people = self.hr.iter().all(|hr| hr.loaded.roster.is_empty());
        let (present, why) = match need {
            Need::ManagerExemptions | Need::AccountsIfAny => return Ok(None),
            Need::Moves => return Ok(Moves::of(self).none_to_judge()),
            Need::WithoutAc01 => (
                !ran.contains(&&ac_01::CHECK),
                "AC-01 ran, and its findings say how long a grace period is over",
            ),
            Need::People | Need::Owners if no_people => (false, "no HR file holds people"),
            Need::People => (
                self.in_scope().next().is_some(),
                "no record of the HR files is in scope ([exempt.people])",
            ),
            Need::AtWork => (
                self.at_work().next().is_some(),
                "no person of the HR files is at work",
            ),
            Need::Departments => {
                let lists = |hr: &NumberedFile<'_>| {
                    let departments = Departments::load(&hr.loaded.source)?;
                    Ok(!departments.by_id.is_empty())
                };
                let lists: Result<Vec<bool>> = self.hr.iter().map(lists).collect();
                (lists?.contains(&true), "no HR file lists departments")
            }
            Need::EarlierSync if self.pairs.is_empty() => (
                false,
                "no HR file has an earlier finished full sync, and none is given with --earlier",
            ),
            Need::EarlierSync => {
                let mut earlier = self.pairs.iter().map(|(_, earlier)| earlier.loaded);
                let has_people = earlier.any(|file| !file.roster.is_empty());
                (has_people, "no earlier HR file holds people")
            }
            Need::Accounts if self.apps.is_empty() => (false, "no file of an app is given"),
            Need::Accounts => {
                let mut apps = self.apps.iter().map(|app| app.file.loaded);
                let has_accounts = apps.any(|app| !app.roster.is_empty());
                (has_accounts, "no file of an app holds accounts")
            }
            Need::Owners => (
                self.owned_accounts().next().is_some(),
                "no account belongs to a person of the HR files",
            ),
            Need::Access => (
                self.owned_accounts().any(|owned| {
                    owned.app.access.counts[owned.at] > 0 || owned.account.org_role.is_some()
                }),
                "no account of a person holds a grant or an organisation role",
            ),
            Need::RoleRules => (
                !self.policy.roles.is_empty(),
                "the policy has no role rules ([[role]])",
            ),
            Need::AnyAccess => (
                self.apps.iter().any(|app| {
                    let mut accounts = app.file.loaded.roster.iter();
                    app.access.counts.iter().any(|held| *held > 0)
                        || accounts.any(|account| account.org_role.is_some())
                }),
                "no account of an app holds a grant or an organisation role",
            ),
            Need::Addresses => (
                self.apps.iter().any(|app| {
                    let mut accounts = app.file.loaded.roster.iter();
                    accounts.any(|account| addresses(account).next().is_some())
                }),
                "no account of an app has an e-mail address or a login that is one",
            ),
            Need::Logins => (
                self.apps.iter().any(|app| app.file.loaded.knows.last_login),
                "no account of an app has a last login",
            ),
            Need::SecondFactors => (
                self.apps.iter().any(|app| app.file.loaded.knows.mfa),
                "no file of an app says whether accounts ask for a second factor",
            ),
            Need::Conflicts => (
                !self.policy.conflicts.is_empty(),
                "the policy names no access that conflicts ([[conflict]])",
            ),
            Need::Programs => (
                self.apps
                    .iter()
                    .any(|app| app.owners.contains(&Owner::Program)),
                "no account is a program's",
            ),
            Need::GracePeriod => (
                self.policy.grace_days.is_some(),
                "the policy sets no grace period ([leavers] grace_days)",
            ),
        };
        Ok((!present).then(|| why.to_owned()))
    }
}
