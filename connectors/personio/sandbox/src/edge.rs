//! People no generator would invent and some tenant has: raw records for [`PersonioOptions::extra_people`].
//!
//! [`PersonioOptions::extra_people`]: super::PersonioOptions::extra_people

use serde_json::{Value, json};

/// One person as sent, with the employments.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgePerson {
    /// What is special, as a short slug.
    pub case: &'static str,
    /// The id, also in the record unless that is what is special.
    pub id: String,
    /// The record as it is sent.
    pub person: Value,
    /// The employments as they are sent, in this order.
    pub employments: Vec<Value>,
    /// Employments per page, when fewer than asked for are sent.
    pub page: Option<usize>,
}

impl EdgePerson {
    /// The `n`th case: an ordinary person with one employment.
    pub fn ordinary(case: &'static str, n: usize) -> Self {
        let id = (39_000_000 + n).to_string();
        Self {
            case,
            person: json!({
                "id": id,
                "email": format!("edge.{n}@lakeside.example.com"),
                "first_name": "Edge",
                "last_name": case,
                "status": "ACTIVE",
                "created_at": "2020-02-29T09:00:00Z",
                "employments": [{"id": format!("edge-{n}-1")}],
            }),
            employments: vec![employment(&format!("edge-{n}-1"), "ACTIVE", "2020-02-29")],
            page: None,
            id,
        }
    }
}

/// An employment with this status and start.
pub fn employment(id: &str, status: &str, start: &str) -> Value {
    json!({
        "id": id,
        "status": status,
        "type": "INTERNAL",
        "employment_start_date": start,
        "employment_end_date": null,
        "position": {"title": format!("Title of {id}")},
        "supervisor": null,
        "org_units": [],
    })
}

/// The cases. Ids follow from the order, so cases are added at the end.
pub fn people() -> Vec<EdgePerson> {
    let mut cases = Cases::default();
    choices(&mut cases);
    fields(&mut cases);
    identities(&mut cases);
    attributes(&mut cases);
    cases.0
}

#[derive(Default)]
struct Cases(Vec<EdgePerson>);

impl Cases {
    fn add(&mut self, case: &'static str, edit: impl FnOnce(&mut EdgePerson)) {
        let mut person = EdgePerson::ordinary(case, self.0.len() + 1);
        edit(&mut person);
        self.0.push(person);
    }

    /// With these employments: id, status, start.
    fn employed(&mut self, case: &'static str, employments: &[(&str, &str, &str)]) {
        let list = employments
            .iter()
            .map(|(id, status, start)| employment(id, status, start));
        self.add(case, |p| p.employments = list.collect());
    }

    fn person(&mut self, case: &'static str, key: &str, value: Value) {
        self.add(case, |p| p.person[key] = value);
    }

    fn without(&mut self, case: &'static str, keys: &[&str]) {
        self.add(case, |p| {
            if let Value::Object(fields) = &mut p.person {
                fields.retain(|key, _| !keys.contains(&key.as_str()));
            }
        });
    }

    fn job(&mut self, case: &'static str, key: &str, value: Value) {
        self.add(case, |p| p.employments[0][key] = value);
    }
}

/// Which employment counts.
fn choices(cases: &mut Cases) {
    cases.add("no-employments", |p| {
        p.person["employments"] = json!([]);
        p.employments.clear();
    });
    cases.employed(
        "all-in-the-future",
        &[
            ("near", "ONBOARDING", "2026-12-01"),
            ("far", "ONBOARDING", "2027-06-01"),
        ],
    );
    cases.employed(
        "several-active",
        &[
            ("old", "ACTIVE", "2019-01-01"),
            ("new", "ACTIVE", "2023-01-01"),
            ("left", "INACTIVE", "2025-01-01"),
        ],
    );
    cases.employed(
        "future-after-active",
        &[
            ("next", "ONBOARDING", "2027-01-01"),
            ("now", "ACTIVE", "2023-02-01"),
        ],
    );
    cases.employed(
        "future-after-leave",
        &[
            ("next", "ONBOARDING", "2027-01-01"),
            ("away", "LEAVE", "2023-02-01"),
        ],
    );
    cases.employed(
        "only-inactive",
        &[
            ("first", "INACTIVE", "2015-01-01"),
            ("second", "INACTIVE", "2021-05-01"),
        ],
    );
    cases.add("starts-garbled", |p| {
        p.employments = vec![
            employment("blank", "INACTIVE", ""),
            employment("garbled", "INACTIVE", "31/12/2030"),
            employment("null", "INACTIVE", ""),
            employment("real", "INACTIVE", "2001-01-01"),
        ];
        p.employments[2]["employment_start_date"] = Value::Null;
    });
    cases.add("active-on-second-page", |p| {
        p.employments = vec![
            employment("one", "INACTIVE", "2024-01-01"),
            employment("two", "ACTIVE", "2018-01-01"),
            employment("three", "INACTIVE", "2012-01-01"),
        ];
        p.page = Some(1);
    });
    cases.add("tied", |p| {
        p.employments = vec![
            employment("b", "ACTIVE", "2020-01-01"),
            employment("a", "ACTIVE", "2020-01-01"),
            employment("c", "ACTIVE", "2020-01-01"),
        ];
        p.employments[2]["updated_at"] = "2021-01-01T00:00:00Z".into();
    });
    cases.employed(
        "active-in-lower-case",
        &[
            ("x", "INACTIVE", "2024-01-01"),
            ("y", "active", "2019-01-01"),
        ],
    );
    cases.employed(
        "status-not-readable",
        &[("x", "", "2019-01-01"), ("y", "", "2022-01-01")],
    );
    cases.add("employment-of-ids-only", |p| {
        p.employments = vec![json!({"id": "bare"})]
    });
}

/// What an employment's fields may look like.
fn fields(cases: &mut Cases) {
    cases.job("position-null", "position", Value::Null);
    cases.job("position-text", "position", json!("Engineer"));
    cases.job("supervisor-number", "supervisor", json!({"id": 32_000_001}));
    cases.job("supervisor-self", "supervisor", json!({"id": "39000016"}));
    cases.job("supervisor-unknown", "supervisor", json!({"id": "1"}));
    cases.job("type-unspecified", "type", json!("UNSPECIFIED"));
    cases.job(
        "start-with-time",
        "employment_start_date",
        json!("2020-02-29T00:00:00Z"),
    );
    cases.job(
        "last-working-day",
        "termination",
        json!({"last_working_day": "2026-12-31", "reason": "DEATH"}),
    );
    cases.job(
        "last-working-date",
        "termination",
        json!({"last_working_date": "2026-12-31", "type": "FIRED"}),
    );
    cases.job(
        "units-of-any-kind",
        "org_units",
        json!([{"type": "squad", "id": "1"}, {"type": "DEPARTMENT", "id": 71}, null, "x"]),
    );
    cases.job("units-null", "org_units", Value::Null);
}

/// What a person's own fields may look like.
fn identities(cases: &mut Cases) {
    cases.without(
        "ids-only",
        &["email", "first_name", "last_name", "status", "created_at"],
    );
    cases.without("email-missing", &["email"]);
    cases.person("email-not-an-address", "email", json!("none yet"));
    cases.person(
        "email-of-odd-shape",
        "email",
        json!(["a@lakeside.example.com"]),
    );
    cases.add("name-preferred-only", |p| {
        p.person["first_name"] = Value::Null;
        p.person["last_name"] = json!(" ");
        p.person["preferred_name"] = json!("Robin");
    });
    cases.without("name-missing", &["first_name", "last_name"]);
    cases.person("preferred-name", "preferred_name", json!("Robin"));
    cases.person(
        "name-hostile",
        "first_name",
        json!("\u{1b}[31mRed\u{0}\u{7}\r\n\u{202e}"),
    );
    cases.person("name-very-long", "last_name", json!("Ā".repeat(20_000)));
    cases.person("status-lower-case", "status", json!("inactive"));
    cases.person("status-unspecified", "status", json!("UNSPECIFIED"));
    cases.person("status-unknown", "status", json!("SABBATICAL"));
    cases.person("status-null", "status", Value::Null);
    cases.add("id-number", |p| {
        p.person["id"] = p.id.parse::<u64>().unwrap_or_default().into()
    });
    cases.person("employments-null", "employments", Value::Null);
    cases.person(
        "unknown-keys",
        "something_new",
        json!({"deep": [1, {"deeper": null}]}),
    );
}

/// What custom attributes may look like.
fn attributes(cases: &mut Cases) {
    let kinds = json!([
        {"id": "dynamic_1", "global_id": "shirt_size", "type": "STRING", "value": "L"},
        {"id": "dynamic_2", "global_id": "Desk Floor", "type": "int", "value": 3},
        {"id": "dynamic_3", "global_id": "fte", "type": "double", "value": 0.8},
        {"id": "dynamic_4", "global_id": "remote", "type": "boolean", "value": true},
        {"id": "dynamic_5", "label": "Bürostandort", "type": "string", "value": "Nord"},
        {"id": "dynamic_6", "global_id": "skills", "type": "string_list", "value": ["Rust", "SQL"]},
        {"id": "dynamic_7", "global_id": "empty", "type": "string", "value": ""},
        {"id": "dynamic_8", "global_id": "nothing", "type": "string", "value": null},
        {"id": "dynamic_9", "global_id": "object", "type": "string", "value": {"a": "b"}},
        {"id": "dynamic_10", "global_id": "objects", "type": "string", "value": [{"a": "b"}]},
        {"id": "dynamic_11", "global_id": "long", "type": "string", "value": "x".repeat(300)},
        {"id": "dynamic_12", "global_id": "since", "type": "date", "value": "2024-02-01"},
        {"id": "dynamic_13", "type": "string", "value": "opaque"},
        {"id": "dynamic_14", "global_id": "shirt size", "type": "string", "value": "second"},
        {"id": "dynamic_15", "global_id": "部署", "type": "string", "value": "x"},
        {"global_id": "no_id", "type": "FUTURE_TYPE", "value": "kept"},
        "text",
        null
    ]);
    cases.person("attributes-of-every-kind", "custom_attributes", kinds);
    cases.person("attributes-null", "custom_attributes", Value::Null);
    let many: Vec<Value> = (0..120)
        .map(|n| json!({"id": format!("dynamic_{n}"), "global_id": format!("flag_{n}"), "value": true}))
        .collect();
    cases.person("attributes-too-many", "custom_attributes", json!(many));
}
