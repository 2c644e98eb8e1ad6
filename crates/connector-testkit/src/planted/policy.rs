//! The policy of a planted company, as text: what is the same for all, and what plantings add.

use std::fmt::Write as _;

use connector_sandbox::company::MAIL_DOMAIN;

/// Subdomains whose addresses are allowed.
pub(super) const ALLOWED_SUBDOMAIN: &str = "*.lakeside.example.com";
/// A domain that is allowed, in Unicode.
pub(super) const UNICODE_DOMAIN: &str = "bücher.example";
/// A department whose people need no manager.
pub(super) const EXEMPT_DEPARTMENT: &str = "Supervisory Board";
/// A department whose people may pay.
pub(super) const TREASURY: &str = "Treasury";
/// Days after the last day on which access may remain.
pub(super) const GRACE_DAYS: i64 = 5;
/// Days before the first day on which an account may be usable.
pub(super) const EARLY_DAYS: i64 = 3;

/// Days after the last login from which on an account is unused.
pub(super) const UNUSED_DAYS: i64 = 60;

/// What plantings add to the policy.
#[derive(Debug, Clone, Default)]
pub(super) struct PolicyText {
    left_out: Vec<String>,
    exempt_emails: Vec<String>,
    exempt_numbers: Vec<String>,
    service_emails: Vec<String>,
    service_owners: String,
    /// The share of powerful accounts that is allowed, and how many there may be in any case.
    power: Option<(u8, usize)>,
    accepted: String,
    links: String,
}

impl PolicyText {
    /// The HR checks leave out who has this address.
    pub(super) fn leave_out(&mut self, email: &str) {
        self.left_out.push(email.to_owned());
    }

    /// Who has this address needs no manager.
    pub(super) fn exempt_email(&mut self, email: &str) {
        self.exempt_emails.push(email.to_owned());
    }

    /// Who has this employee number needs no manager.
    pub(super) fn exempt_number(&mut self, number: &str) {
        self.exempt_numbers.push(number.to_owned());
    }

    /// The account with this address is a program's.
    pub(super) fn service_email(&mut self, email: &str) {
        self.service_emails.push(email.to_owned());
    }

    /// The program's account with this address has an owner.
    pub(super) fn service_owner(&mut self, email: &str, person: &str) {
        let (email, person) = (quoted(email), quoted(person));
        let _ = write!(
            self.service_owners,
            "\n[[service_owner]]\nemails = [{email}]\nperson = {person}\n"
        );
    }

    /// How many accounts of an app may be powerful.
    pub(super) fn power(&mut self, max_percent: u8, min_accounts: usize) {
        self.power = Some((max_percent, min_accounts));
    }

    /// A finding is accepted until a day.
    pub(super) fn accept(&mut self, check: &str, subject: &str, file: &str, until: &str) {
        let (subject, file) = (quoted(subject), quoted(file));
        let _ = write!(
            self.accepted,
            "\n[[accepted]]\ncheck = \"{check}\"\nsubject = {subject}\nfile = {file}\n\
             reason = \"planted\"\nuntil = {until}\n"
        );
    }

    /// An account is this person's.
    pub(super) fn link(&mut self, app: &str, account: &str, person: &str) {
        let (app, account, person) = (quoted(app), quoted(account), quoted(person));
        let _ = write!(
            self.links,
            "\n[[link]]\napp = {app}\naccount = {account}\nperson = {person}\n"
        );
    }

    /// The policy file.
    pub(super) fn policy(&self) -> String {
        let allowed = list(&[MAIL_DOMAIN, ALLOWED_SUBDOMAIN, UNICODE_DOMAIN]);
        let mut text = format!(
            "[people]\nallowed_domains = {allowed}\nearly_access_days = {EARLY_DAYS}\n\
             \n[exempt.managers]\nemails = {}\nemployee_ids = {}\ntitles = [\"Chief *\"]\n\
             departments = [{}]\n\
             \n[exempt.people]\nemails = {}\n\
             \n[service_accounts]\nlogins = [\"*-bot\"]\nemails = {}\n\
             \n[leavers]\ngrace_days = {GRACE_DAYS}\n",
            list(&self.exempt_emails),
            list(&self.exempt_numbers),
            quoted(EXEMPT_DEPARTMENT),
            list(&self.left_out),
            list(&self.service_emails),
        );
        text.push_str(
            "\n[[role]]\nname = \"only platform engineers own\"\naccess = [\"Organization Owner\", \"owner\"]\n\
             titles = [\"Platform Engineer\"]\n\
             \n[[role]]\nname = \"only accountants pay\"\napps = [\"okta\"]\naccess = [\"Billing Manager\", \"Finance\"]\n\
             titles = [\"Accountant\"]\ndepartments = [\"Treasury\"]\n",
        );
        let (max_percent, min_accounts) = self.power.unwrap_or((60, 5));
        let _ = write!(
            text,
            "\n[admin]\nmax_percent = {max_percent}\nmin_accounts = {min_accounts}\n\
             \n[accounts]\nunused_days = {UNUSED_DAYS}\n\
             \n[[conflict]]\nname = \"who pays does not audit\"\none = [\"Billing Manager\"]\nother = [\"auditor\"]\n\
             \n[[conflict]]\nname = \"who pays does not run clusters\"\none = [\"Finance\"]\n\
             other = [\"Cluster Administrators\"]\n"
        );
        text.push_str(&self.service_owners);
        text.push_str(&self.accepted);
        text
    }

    /// The link file.
    pub(super) fn links(&self) -> String {
        self.links.clone()
    }
}

fn list(items: &[impl AsRef<str>]) -> String {
    let items: Vec<_> = items.iter().map(|item| quoted(item.as_ref())).collect();
    format!("[{}]", items.join(", "))
}

/// A TOML string.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
