//! Custom attributes: a few harmless ones and, for a tenant that exposes too much, all that is private under every
//! kind of name.

use serde_json::{Value, json};

use super::tenant::Tenant;
use connector_sandbox::company::Person;

/// The attributes of a person.
pub(crate) fn of(tenant: &Tenant, person: &Person) -> Vec<Value> {
    let mut list = List {
        labels: tenant.options.labels,
        upper_case: tenant.options.upper_case_types,
        out: Vec::new(),
    };
    let number = person.employee_number;
    let colour = ["green", "blue", "orange"][number as usize % 3];
    list.add("badge_color", "Badge color", "string", json!(colour));
    list.add("remote_days", "Remote days", "int", json!(number % 6));
    list.add(
        "has_laptop",
        "Has laptop",
        "boolean",
        json!(number.is_multiple_of(2)),
    );
    list.add(
        "languages",
        "Languages",
        "string_list",
        json!(["English", "Deutsch"]),
    );
    list.opaque("string", json!(format!("B{}", number % 9)));
    if tenant.options.overshare {
        planted(&mut list, person);
    }
    list.out
}

struct List {
    labels: bool,
    upper_case: bool,
    out: Vec<Value>,
}

impl List {
    fn push(&mut self, kind: &str, value: Value) -> &mut Value {
        let n = self.out.len();
        let kind = match self.upper_case {
            true => kind.to_uppercase(),
            false => kind.to_owned(),
        };
        self.out
            .push(json!({"id": format!("dynamic_{}", 8_810 + n), "type": kind, "value": value}));
        &mut self.out[n]
    }

    /// Adds an attribute with a global id and, in some tenants, a label.
    fn add(&mut self, global_id: &str, label: &str, kind: &str, value: Value) {
        let labels = self.labels;
        let attribute = self.push(kind, value);
        attribute["global_id"] = global_id.into();
        if labels {
            attribute["label"] = label.into();
        }
    }

    /// Adds an attribute with a label only.
    fn labelled(&mut self, label: &str, kind: &str, value: Value) {
        self.push(kind, value)["label"] = label.into();
    }

    /// Adds an attribute without global id and label, so that a reader cannot know what it holds.
    fn opaque(&mut self, kind: &str, value: Value) {
        self.push(kind, value);
    }
}

/// Everything private: under its own name in two languages, under no name and, where the value gives itself away,
/// under a harmless name.
fn planted(list: &mut List, person: &Person) {
    let private = &person.private;
    let born = private.birthday.to_string();
    let salary: f64 = private.salary.parse().unwrap_or_default();
    for (global_id, german, harmless, kind, value) in [
        (
            "date_of_birth",
            "Geburtsdatum",
            "anniversary",
            "date",
            json!(born),
        ),
        (
            "IBAN",
            "Bankverbindung",
            "reference_code",
            "string",
            json!(private.iban),
        ),
        (
            "mobile_phone",
            "Handynummer",
            "hotline",
            "string",
            json!(private.phone),
        ),
        (
            "national_id",
            "Personalausweis",
            "file_number",
            "string",
            json!(private.national_id),
        ),
        ("base_salary", "Gehalt", "band", "double", json!(salary)),
        (
            "yearly_wage",
            "Jahreslohn",
            "grade",
            "string",
            json!(private.salary),
        ),
        (
            "home_address",
            "Wohnort",
            "meeting_point",
            "string",
            json!(private.address),
        ),
        (
            "private_email",
            "E-Mail privat",
            "contact",
            "string",
            json!(private.email),
        ),
    ] {
        list.add(global_id, global_id, kind, value.clone());
        list.labelled(german, kind, value.clone());
        list.add(harmless, harmless, kind, value.clone());
        list.opaque(kind, value);
    }
    list.add("gender", "gender", "string", json!(private.gender));
    list.labelled("Geschlecht", "string", json!(private.gender));
    list.opaque("string", json!([private.gender]));
    if let Some(reason) = &private.termination_reason {
        list.add("reason_for_leaving", "Reason", "string", json!(reason));
        list.labelled("Kündigungsgrund", "string", json!(reason));
        list.opaque("string", json!({ "text": reason }));
    }
}
