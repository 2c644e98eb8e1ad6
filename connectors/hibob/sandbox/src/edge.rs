//! People no generator would invent and some tenant has: raw records for [`HiBobOptions::extra_people`].
//!
//! [`HiBobOptions::extra_people`]: super::HiBobOptions::extra_people

use serde_json::{Map, Value, json};

use connector_sandbox::company::{Company, Lifecycle};

/// One case.
#[derive(Debug, Clone, PartialEq)]
pub struct EdgePerson {
    /// What is special, as a short slug.
    pub case: &'static str,
    /// The record as it is sent.
    pub record: Value,
}

/// The id of the `n`th case.
fn id(n: usize) -> String {
    format!("39{:017}", n + 1)
}

/// The cases, in the shape of an answer with labels (`APPEND`); departments are those of `company`.
///
/// Each record takes the place its position gives it, so ids stay the same from one version of a test to the
/// next as long as the company does.
pub fn people(company: &Company) -> Vec<EdgePerson> {
    let mut cases = Cases {
        out: Vec::new(),
        department: company
            .departments
            .iter()
            .find(|d| !d.archived)
            .map_or("", |d| d.id.as_str()),
        department_name: company
            .departments
            .iter()
            .find(|d| !d.archived)
            .map_or("", |d| d.name.as_str()),
    };
    emails_and_names(&mut cases);
    shapes(&mut cases);
    departments(&mut cases, company);
    managers(&mut cases, company);
    lifecycles(&mut cases);
    cases.out
}

struct Cases<'a> {
    out: Vec<EdgePerson>,
    department: &'a str,
    department_name: &'a str,
}

impl Cases<'_> {
    /// An ordinary record, edited.
    fn add(&mut self, case: &'static str, edit: impl FnOnce(&mut Value)) {
        let n = self.out.len();
        let id = id(n);
        let email = format!("edge.{n}@lakeside.example.com");
        let mut record = json!({
            "/root/id": {"value": id},
            "/root/email": {"value": email},
            "/work/department": {"value": self.department},
            "/internal/lifecycleStatus": {"value": "employed"},
            "id": id,
            "email": email,
            "displayName": format!("Edge {case}"),
            "firstName": "Edge",
            "secondName": null,
            "surname": case,
            "about": {"avatar": null},
            "employment": {"type": "Permanent"},
            "work": {
                "department": self.department,
                "title": null,
                "site": null,
                "startDate": "2020-02-29",
                "reportsTo": null,
                "manager": null,
                "employeeIdInCompany": 900_000 + n,
            },
            "internal": {"status": "Active", "lifecycleStatus": "employed", "terminationDate": null},
            "humanReadable": {
                "id": id,
                "work": {"department": self.department_name},
                "internal": {"lifecycleStatus": "Employed"},
            },
        });
        edit(&mut record);
        self.out.push(EdgePerson { case, record });
    }

    fn set(&mut self, case: &'static str, pointer: &str, value: Value) {
        self.add(case, |r| put(r, pointer, value));
    }

    /// Another department, in the nested and the flat form; its label disappears.
    fn department(&mut self, case: &'static str, value: Value) {
        self.add(case, |r| {
            put(r, "/work/department", value.clone());
            r["/work/department"] = json!({ "value": value });
            remove(r, "/humanReadable/work", "department");
        });
    }
}

/// Replaces the value at `pointer`, which exists.
fn put(record: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = record.pointer_mut(pointer) {
        *place = value;
    }
}

/// Removes `key` from the object at `pointer`.
fn remove(record: &mut Value, pointer: &str, key: &str) {
    if let Some(Value::Object(object)) = record.pointer_mut(pointer) {
        object.remove(key);
    }
}

fn keep(record: &mut Value, wanted: impl Fn(&str) -> bool) {
    if let Value::Object(object) = record {
        *object = std::mem::take(object)
            .into_iter()
            .filter(|(key, _)| wanted(key))
            .collect::<Map<_, _>>();
    }
}

fn emails_and_names(cases: &mut Cases<'_>) {
    cases.add("email-null", |r| {
        put(r, "/email", Value::Null);
        remove(r, "", "/root/email");
    });
    cases.add("email-missing", |r| {
        remove(r, "", "email");
        remove(r, "", "/root/email");
    });
    for case in ["email-shared-1", "email-shared-2"] {
        cases.add(case, |r| {
            put(r, "/email", json!("shared@lakeside.example.com"));
            r["/root/email"] = json!({"value": "shared@lakeside.example.com"});
        });
    }
    cases.set("email-not-an-address", "/email", json!("none yet"));
    cases.add("name-only-displayed", |r| {
        put(r, "/firstName", Value::Null);
        put(r, "/surname", Value::Null);
        put(r, "/displayName", json!("Only Displayed"));
    });
    cases.add("name-empty", |r| {
        for key in ["/firstName", "/surname", "/displayName"] {
            put(r, key, json!(""));
        }
    });
    cases.add("name-right-to-left", |r| {
        put(r, "/firstName", json!("\u{202e}ليلى"));
        put(r, "/surname", json!("الحداد\u{200f}"));
    });
    cases.add("name-emoji", |r| put(r, "/firstName", json!("👩🏽‍🚀 Ada")));
    cases.add("name-hostile", |r| {
        put(r, "/firstName", json!("\u{1b}[31mRed\u{0}\u{7}\r\n"));
        put(r, "/surname", json!("'); DROP TABLE people; --"));
    });
    cases.add("name-very-long", |r| {
        put(r, "/surname", json!("Ā".repeat(20_000)));
        put(r, "/displayName", json!("Ā".repeat(20_000)));
    });
}

fn shapes(cases: &mut Cases<'_>) {
    let number: Value = id(cases.out.len())
        .parse::<u64>()
        .unwrap_or_default()
        .into();
    cases.add("id-number", |r| {
        put(r, "/id", number.clone());
        r["/root/id"] = json!({ "value": number });
    });
    cases.add("nested-only", |r| keep(r, |key| !key.starts_with('/')));
    cases.add("flat-only", |r| keep(r, |key| key.starts_with('/')));
    cases.add("forms-disagree", |r| {
        r["/root/email"] = json!({"value": "flat@lakeside.example.com"});
    });
    cases.add("work-null", |r| {
        put(r, "/work", Value::Null);
        remove(r, "", "/work/department");
    });
    cases.add("work-absent", |r| {
        remove(r, "", "work");
        remove(r, "", "/work/department");
        remove(r, "/humanReadable", "work");
    });
    cases.add("unknown-keys", |r| {
        r["somethingNew"] = json!({"deep": [1, {"deeper": null}]});
    });
}

fn departments(cases: &mut Cases<'_>, company: &Company) {
    let named = cases.department_name.to_owned();
    cases.department("department-null", Value::Null);
    cases.department("department-empty", json!(""));
    cases.department("department-unknown-id", json!("799999"));
    cases.department("department-text-id", json!("Marketing"));
    cases.department("department-by-name", json!(named));
    cases.department("department-other-case", json!(named.to_uppercase()));
    cases.department("department-trailing-blank", json!(format!("{named} ")));
    cases.department("department-ambiguous-name", json!("Operations"));
    if let Some(archived) = company.departments.iter().find(|d| d.archived) {
        cases.department("department-archived", json!(archived.id));
    }
}

fn managers(cases: &mut Cases<'_>, company: &Company) {
    let reference = |id: &str, name: &str| json!({"id": id, "displayName": name});
    let head = company.people.first();
    if let Some(head) = head {
        cases.set("manager-bare-id", "/work/reportsTo", json!(head.id));
        cases.add("manager-only-flat-id", |r| {
            put(r, "/work/manager", json!(head.id))
        });
    }
    let own = id(cases.out.len());
    cases.set(
        "manager-self",
        "/work/reportsTo",
        reference(&own, "Edge manager-self"),
    );
    let (first, second) = (id(cases.out.len()), id(cases.out.len() + 1));
    cases.set(
        "manager-cycle-1",
        "/work/reportsTo",
        reference(&second, "Edge manager-cycle-2"),
    );
    cases.set(
        "manager-cycle-2",
        "/work/reportsTo",
        reference(&first, "Edge manager-cycle-1"),
    );
    cases.set(
        "manager-unknown",
        "/work/reportsTo",
        reference(&id(999_999), "Nobody Known"),
    );
    let left = |p: &&connector_sandbox::company::Person| p.lifecycle == Lifecycle::Terminated;
    if let Some(left) = company.people.iter().find(left) {
        let manager = reference(&left.id, &left.display_name);
        cases.set("manager-left", "/work/reportsTo", manager);
    }
}

fn lifecycles(cases: &mut Cases<'_>) {
    let words = [
        ("lifecycle-upper-case", "TERMINATED"),
        ("lifecycle-camel-case", "gardenLeave"),
        ("lifecycle-underscore", "parental_leave"),
        ("lifecycle-custom", "jury duty"),
        ("lifecycle-hired", "hired"),
    ];
    for (case, word) in words {
        cases.add(case, |r| {
            put(r, "/internal/lifecycleStatus", json!(word));
            r["/internal/lifecycleStatus"] = json!({ "value": word });
            remove(r, "/humanReadable/internal", "lifecycleStatus");
        });
    }
    cases.add("lifecycle-absent", |r| {
        remove(r, "/internal", "lifecycleStatus");
        remove(r, "", "/internal/lifecycleStatus");
        remove(r, "/humanReadable/internal", "lifecycleStatus");
    });
    let mut terminated = |case, date: Value| {
        cases.add(case, |r| {
            let internal =
                json!({"status": "Inactive", "lifecycleStatus": "terminated", "terminationDate": date});
            put(r, "/internal", internal);
            r["/internal/lifecycleStatus"] = json!({"value": "terminated"});
            remove(r, "/humanReadable/internal", "lifecycleStatus");
        });
    };
    terminated("terminated-in-the-future", json!("2031-12-31"));
    terminated("terminated-without-date", Value::Null);
    cases.set("rehired", "/internal/terminationDate", json!("2022-06-30"));
}
