//! Data that no connector may keep: one set of invented personal data per person.

use jiff::civil::{Date, date};

use crate::draw::Draw;

/// Personal data a vendor may hand out and a connector must drop. Every value is unmistakable: it cannot occur by
/// chance in data that may be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Private {
    /// A personal e-mail address, on a domain no work address uses.
    pub email: String,
    /// A telephone number; no country has its prefix.
    pub phone: String,
    /// A home address.
    pub address: String,
    /// Born long before the first person was hired, so it equals no other date.
    pub birthday: Date,
    /// A national identifier.
    pub national_id: String,
    /// A yearly salary with two decimals.
    pub salary: String,
    /// An IBAN with correct check digits and an impossible bank.
    pub iban: String,
    /// A gender, marked as planted.
    pub gender: String,
    /// Why the person left; leavers only.
    pub termination_reason: Option<String>,
}

impl Private {
    /// Data for the person numbered `number`.
    pub(super) fn generate(draw: &mut Draw, number: usize, left: bool) -> Self {
        let born =
            date(1950, 1, 1).saturating_add(jiff::Span::new().days(draw.below(18_000) as i64));
        Self {
            email: format!("private.{number}@home.test"),
            phone: format!("+999 20 {} {}", draw.digits(4), draw.digits(4)),
            address: format!("{} Planted Lane, flat {number}", draw.between(1, 400)),
            birthday: born,
            national_id: format!("NID-{}-{}", draw.digits(6), number),
            salary: format!("{}.{}", draw.between(28_000, 240_000), draw.between(11, 99)),
            iban: iban(&format!("00000000{:0>10}", number)),
            gender: (*draw.pick(&["planted-woman", "planted-man", "planted-nonbinary"])).to_owned(),
            termination_reason: left
                .then(|| format!("planted reason {number}: {}", draw.digits(5))),
        }
    }

    /// Every value as text.
    pub fn values(&self) -> impl Iterator<Item = String> + use<> {
        let birthday = self.birthday.to_string();
        [
            self.email.clone(),
            self.phone.clone(),
            self.address.clone(),
            birthday,
            self.national_id.clone(),
            self.salary.clone(),
            self.iban.clone(),
            self.gender.clone(),
        ]
        .into_iter()
        .chain(self.termination_reason.clone())
    }
}

/// A German-shaped IBAN around the 18 digits of an account.
fn iban(account: &str) -> String {
    // The check digits make the rearranged number (account, "DE" as 1314, check) leave 1 when divided by 97.
    let remainder = format!("{account}131400")
        .bytes()
        .fold(0u32, |rest, digit| {
            (rest * 10 + u32::from(digit - b'0')) % 97
        });
    format!("DE{:02}{account}", 98 - remainder)
}

#[cfg(test)]
mod tests;
