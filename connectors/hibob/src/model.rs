//! What may be kept of HiBob's answers. Everything else is dropped while decoding.
//!
//! The vendor repeats each field in two forms (`work.department` and `/work/department`), sends ids as text or
//! number, and leaves out what the service user may not read. Decoding is therefore tolerant: a value of an
//! unexpected shape is an absent value, and the nested form wins over the slash form.

use connector_core::lenient::{Object, ObjectOr, Word};
use connector_core::text;
use serde::{Deserialize, Deserializer};

/// Fields asked for; the model below has a place for each.
pub(crate) const EMPLOYEE_FIELDS: &[&str] = &[
    "root.id",
    "root.email",
    "root.displayName",
    "root.firstName",
    "root.surname",
    "root.creationDateTime",
    "work.department",
    "work.title",
    "work.site",
    "work.startDate",
    "work.reportsTo",
    "work.manager",
    "work.employeeIdInCompany",
    "employment.type",
    "payroll.employment.type",
    "internal.status",
    "internal.lifecycleStatus",
    "internal.terminationDate",
];

/// The two fields that decide who belongs where.
pub(crate) const MEMBERSHIP_FIELDS: &[&str] = &["root.id", "work.department"];

/// The `{"value": …}` object behind a slash key.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Slash<T: Default> {
    #[serde(default)]
    value: T,
}

/// Another employee, named by an object or by a bare id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct EmployeeRef {
    pub(crate) id: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) name: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Work {
    department: Word,
    title: Word,
    site: Word,
    #[serde(rename = "startDate")]
    start_date: Word,
    #[serde(rename = "reportsTo")]
    reports_to: EmployeeRef,
    manager: Word,
    #[serde(rename = "employeeIdInCompany")]
    employee_id: Word,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Typed {
    r#type: Word,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Payroll {
    employment: Object<Typed>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Internal {
    status: Word,
    #[serde(rename = "lifecycleStatus")]
    lifecycle: Word,
    #[serde(rename = "terminationDate")]
    termination_date: Word,
}

/// Display texts that the vendor appends for list items.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Labels {
    work: Object<Work>,
    employment: Object<Typed>,
    payroll: Object<Payroll>,
}

/// One employee. Read it through the methods; they join the two forms.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Employee {
    id: Word,
    email: Word,
    #[serde(rename = "displayName")]
    display_name: Word,
    #[serde(rename = "firstName")]
    first_name: Word,
    surname: Word,
    #[serde(rename = "creationDateTime")]
    created: Word,
    work: Object<Work>,
    employment: Object<Typed>,
    payroll: Object<Payroll>,
    internal: Object<Internal>,
    #[serde(rename = "humanReadable")]
    labels: Object<Labels>,
    #[serde(rename = "/root/id")]
    slash_id: Object<Slash<Word>>,
    #[serde(rename = "/root/email")]
    slash_email: Object<Slash<Word>>,
    #[serde(rename = "/root/displayName")]
    slash_display_name: Object<Slash<Word>>,
    #[serde(rename = "/root/firstName")]
    slash_first_name: Object<Slash<Word>>,
    #[serde(rename = "/root/surname")]
    slash_surname: Object<Slash<Word>>,
    #[serde(rename = "/root/creationDateTime")]
    slash_created: Object<Slash<Word>>,
    #[serde(rename = "/work/department")]
    slash_department: Object<Slash<Word>>,
    #[serde(rename = "/work/title")]
    slash_title: Object<Slash<Word>>,
    #[serde(rename = "/work/site")]
    slash_site: Object<Slash<Word>>,
    #[serde(rename = "/work/startDate")]
    slash_start_date: Object<Slash<Word>>,
    #[serde(rename = "/work/reportsTo")]
    slash_reports_to: Object<Slash<EmployeeRef>>,
    #[serde(rename = "/work/manager")]
    slash_manager: Object<Slash<Word>>,
    #[serde(rename = "/work/employeeIdInCompany")]
    slash_employee_id: Object<Slash<Word>>,
    #[serde(rename = "/employment/type")]
    slash_type: Object<Slash<Word>>,
    #[serde(rename = "/payroll/employment/type")]
    slash_payroll_type: Object<Slash<Word>>,
    #[serde(rename = "/internal/status")]
    slash_status: Object<Slash<Word>>,
    #[serde(rename = "/internal/lifecycleStatus")]
    slash_lifecycle: Object<Slash<Word>>,
    #[serde(rename = "/internal/terminationDate")]
    slash_termination_date: Object<Slash<Word>>,
}

impl Employee {
    pub(crate) fn id(&self) -> Option<&str> {
        self.id.or(&self.slash_id.0.value)
    }

    pub(crate) fn email(&self) -> Option<&str> {
        self.email.or(&self.slash_email.0.value)
    }

    pub(crate) fn display_name(&self) -> Option<&str> {
        self.display_name.or(&self.slash_display_name.0.value)
    }

    pub(crate) fn first_name(&self) -> Option<&str> {
        self.first_name.or(&self.slash_first_name.0.value)
    }

    pub(crate) fn surname(&self) -> Option<&str> {
        self.surname.or(&self.slash_surname.0.value)
    }

    pub(crate) fn created(&self) -> Option<&str> {
        self.created.or(&self.slash_created.0.value)
    }

    /// The department as a list item's id or, in some answers, its name.
    pub(crate) fn department(&self) -> Option<&str> {
        self.work.0.department.or(&self.slash_department.0.value)
    }

    /// The department's name as the vendor shows it.
    pub(crate) fn department_label(&self) -> Option<&str> {
        self.labels.0.work.0.department.get()
    }

    pub(crate) fn title(&self) -> Option<&str> {
        label(
            &self.labels.0.work.0.title,
            self.work.0.title.or(&self.slash_title.0.value),
        )
    }

    pub(crate) fn site(&self) -> Option<&str> {
        label(
            &self.labels.0.work.0.site,
            self.work.0.site.or(&self.slash_site.0.value),
        )
    }

    pub(crate) fn start_date(&self) -> Option<&str> {
        self.work.0.start_date.or(&self.slash_start_date.0.value)
    }

    pub(crate) fn employee_id(&self) -> Option<&str> {
        self.work.0.employee_id.or(&self.slash_employee_id.0.value)
    }

    pub(crate) fn employment_type(&self) -> Option<&str> {
        let nested = label(
            &self.labels.0.employment.0.r#type,
            self.employment.0.r#type.or(&self.slash_type.0.value),
        );
        nested.or_else(|| {
            let payroll = &self.payroll.0.employment.0.r#type;
            label(
                &self.labels.0.payroll.0.employment.0.r#type,
                payroll.or(&self.slash_payroll_type.0.value),
            )
        })
    }

    /// Whether the person may use Bob; says nothing about employment.
    pub(crate) fn bob_status(&self) -> Option<&str> {
        self.internal.0.status.or(&self.slash_status.0.value)
    }

    pub(crate) fn lifecycle(&self) -> Option<&str> {
        self.internal.0.lifecycle.or(&self.slash_lifecycle.0.value)
    }

    pub(crate) fn termination_date(&self) -> Option<&str> {
        self.internal
            .0
            .termination_date
            .or(&self.slash_termination_date.0.value)
    }

    /// Who the person reports to: an object, or just an id.
    pub(crate) fn manager(&self) -> EmployeeRef {
        let forms = [&self.work.0.reports_to, &self.slash_reports_to.0.value];
        if let Some(found) = forms.into_iter().find(|r| r.id.is_some()) {
            return found.clone();
        }
        let id = self
            .work
            .0
            .manager
            .or(&self.slash_manager.0.value)
            .map(str::to_owned);
        EmployeeRef {
            id,
            ..EmployeeRef::default()
        }
    }
}

/// The label of a list item, else the machine value unless that is a bare list id.
fn label<'a>(label: &'a Word, machine: Option<&'a str>) -> Option<&'a str> {
    label
        .get()
        .or_else(|| machine.filter(|m| !m.bytes().all(|b| b.is_ascii_digit())))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RefObject {
    id: Word,
    email: Word,
    #[serde(rename = "displayName")]
    display_name: Word,
    #[serde(rename = "firstName")]
    first_name: Word,
    surname: Word,
}

impl<'de> Deserialize<'de> for EmployeeRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match ObjectOr::<RefObject>::deserialize(deserializer)? {
            ObjectOr::Word(id) => Self {
                id: id.into_string(),
                ..Self::default()
            },
            ObjectOr::Object(o) => {
                let name = text::person_name(
                    o.first_name.get(),
                    o.surname.get(),
                    o.display_name.get(),
                    None,
                );
                Self {
                    id: o.id.into_string(),
                    email: o.email.into_string(),
                    name: (!name.is_empty()).then_some(name),
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn employee(json: &str) -> Employee {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn nested_wins_and_slash_fills_in() {
        let both = employee(
            r#"{"id":"1","/root/id":{"value":"2"},"work":{"department":null,"title":"X"},
                "/work/department":{"value":"700101"},"/work/title":{"value":"Y"}}"#,
        );
        assert_eq!(
            (both.id(), both.department(), both.title()),
            (Some("1"), Some("700101"), Some("X"))
        );
        let slash = employee(
            r#"{"/root/id":{"value":3901000000000000001},"/work/reportsTo":{"value":{"id":9}}}"#,
        );
        assert_eq!(slash.id(), Some("3901000000000000001"));
        assert_eq!(slash.manager().id.as_deref(), Some("9"));
    }

    #[test]
    fn unexpected_shapes_are_absent_values() {
        let odd = employee(
            r#"{"id":"1","email":["x"],"work":"none","internal":null,"humanReadable":7,"displayName":{"a":1},
                "/work/title":"bare","surname":"  ","firstName":true,"payroll":{"employment":[1]}}"#,
        );
        assert_eq!(odd.id(), Some("1"));
        assert_eq!(
            (
                odd.email(),
                odd.display_name(),
                odd.surname(),
                odd.first_name()
            ),
            (None, None, None, None)
        );
        assert_eq!(
            (odd.title(), odd.lifecycle(), odd.employment_type()),
            (None, None, None)
        );
    }

    #[test]
    fn managers_come_as_object_bare_id_or_second_field() {
        let object = employee(
            r#"{"work":{"reportsTo":{"id":"9","firstName":"Sam","surname":"Ode","email":"s@l.test"}}}"#,
        );
        let expected = EmployeeRef {
            id: Some("9".into()),
            email: Some("s@l.test".into()),
            name: Some("Sam Ode".into()),
        };
        assert_eq!(object.manager(), expected);
        assert_eq!(
            employee(r#"{"work":{"reportsTo":"9"}}"#)
                .manager()
                .id
                .as_deref(),
            Some("9")
        );
        assert_eq!(
            employee(r#"{"work":{"reportsTo":null,"manager":9}}"#)
                .manager()
                .id
                .as_deref(),
            Some("9")
        );
        assert_eq!(employee(r#"{"work":{}}"#).manager(), EmployeeRef::default());
    }

    #[test]
    fn labels_win_and_bare_list_ids_are_not_shown() {
        let e = employee(
            r#"{"work":{"title":"800001","site":"Reykjavík","department":"700101"},"employment":{"type":"77"},
                "humanReadable":{"work":{"title":"Engineer","department":"Platform"}}}"#,
        );
        assert_eq!(
            (e.title(), e.site(), e.department_label()),
            (Some("Engineer"), Some("Reykjavík"), Some("Platform"))
        );
        assert_eq!(e.employment_type(), None);
    }
}
