//! The words by which access is taken for powerful when the policy names none.

/// Words that make a role or entitlement powerful when the policy names none.
const ADMIN_WORDS: [&str; 9] = [
    "admin",
    "admins",
    "administrator",
    "administrators",
    "owner",
    "owners",
    "root",
    "superadmin",
    "superuser",
];

/// Whether one of the words of a folded name makes it powerful.
pub(super) fn is_strong(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| ADMIN_WORDS.contains(&word))
}
