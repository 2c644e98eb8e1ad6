//! What may be kept of HiBob's answers. Everything else is dropped while decoding.
//!
//! HiBob sends ids as text or number and leaves out what the service user may not read, so a value of an unexpected
//! shape is an absent value. Of an employee it sends each field in several forms (people read API contract,
//! apidocs.hibob.com, 2026-06; live captures, 2026-10):
//!
//! | form | where |
//! |---|---|
//! | nested | `work: { department }`; fields of `root` lie at the top |
//! | slash | `"/work/department": { "value": … }`; fills in where the nested form has nothing |
//! | label | `humanReadable: { work: { department } }`; the display text of a list item |

use std::fmt;

use connector_core::lenient::{Object, ObjectOr, ObjectSeed, Word};
use connector_core::text;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Declares each field once: its name here and its id at HiBob.
macro_rules! fields {
    ($($name:ident = $id:literal,)*) => {
        /// A field of an employee.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Field {
            $($name,)*
        }

        /// The ids by which the fields are requested, in the order of [`Field`].
        pub(crate) const EMPLOYEE_FIELDS: &[&str] = &[$($id,)*];
    };
}

fields! {
    Id = "root.id",
    Email = "root.email",
    DisplayName = "root.displayName",
    FirstName = "root.firstName",
    Surname = "root.surname",
    Created = "root.creationDateTime",
    // The id of a list item or, in some answers, its name.
    Department = "work.department",
    Title = "work.title",
    Site = "work.site",
    StartDate = "work.startDate",
    ReportsTo = "work.reportsTo",
    Manager = "work.manager",
    EmployeeId = "work.employeeIdInCompany",
    // Tenants differ in where the type of employment is.
    EmploymentType = "employment.type",
    PayrollType = "payroll.employment.type",
    // Whether the person may use HiBob; this is independent of employment.
    Status = "internal.status",
    Lifecycle = "internal.lifecycleStatus",
    TerminationDate = "internal.terminationDate",
}

const COUNT: usize = EMPLOYEE_FIELDS.len();

impl Field {
    /// The position of the field that lies at `path`, with or without `root.` in front.
    fn position(path: &str) -> Option<usize> {
        EMPLOYEE_FIELDS.iter().position(|id| bare(id) == bare(path))
    }

    /// Whether fields lie below `path`.
    fn any_below(path: &str) -> bool {
        let below = |id: &&str| {
            bare(id)
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        EMPLOYEE_FIELDS.iter().any(below)
    }
}

/// The id without `root.`, as the nested form has it.
fn bare(id: &str) -> &str {
    id.strip_prefix("root.").unwrap_or(id)
}

/// The two fields that decide who belongs where.
pub(crate) const MEMBERSHIP_FIELDS: &[&str] = &["root.id", "work.department"];

/// The forms in which a field is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Nested,
    Slash,
    Label,
}

/// The `{"value": …}` object behind a slash key.
#[derive(Default, Deserialize)]
struct Slash<T: Default> {
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

/// One employee. Read it through the methods; they join the forms.
#[derive(Debug, Default)]
pub(crate) struct Employee {
    /// By [`Form`], then by [`Field`].
    words: [[Word; COUNT]; 3],
    /// [`Field::ReportsTo`], by [`Form`].
    reports_to: [EmployeeRef; 3],
}

impl Employee {
    /// The machine value of a field.
    pub(crate) fn get(&self, field: Field) -> Option<&str> {
        let word = |form: Form| &self.words[form as usize][field as usize];
        word(Form::Nested).or(word(Form::Slash))
    }

    /// The display text of a list item.
    pub(crate) fn label(&self, field: Field) -> Option<&str> {
        self.words[Form::Label as usize][field as usize].get()
    }

    /// The display text, else the machine value unless that is a bare list id.
    pub(crate) fn shown(&self, field: Field) -> Option<&str> {
        let is_list_id = |value: &&str| value.bytes().all(|b| b.is_ascii_digit());
        let value = || self.get(field).filter(|value| !is_list_id(value));
        self.label(field).or_else(value)
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.get(Field::Id)
    }

    /// Who the person reports to: an object, or just an id.
    pub(crate) fn manager(&self) -> EmployeeRef {
        let forms = [Form::Nested, Form::Slash].map(|form| &self.reports_to[form as usize]);
        match forms.into_iter().find(|r| r.id.is_some()) {
            Some(found) => found.clone(),
            None => EmployeeRef {
                id: self.get(Field::Manager).map(str::to_owned),
                ..EmployeeRef::default()
            },
        }
    }
}

impl<'de> Deserialize<'de> for Employee {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut employee = Self::default();
        let whole = Section {
            employee: &mut employee,
            form: Form::Nested,
            path: "",
        };
        whole.deserialize(deserializer)?;
        Ok(employee)
    }
}

/// An object within an employee, read into the employee.
struct Section<'a> {
    employee: &'a mut Employee,
    form: Form,
    /// Where the object lies: `work`, or nothing at the top.
    path: &'a str,
}

impl<'de> DeserializeSeed<'de> for Section<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Section<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("struct Employee")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            let at_top = self.path.is_empty() && self.form == Form::Nested;
            let (form, path) = match key.strip_prefix('/') {
                Some(rest) if at_top => (Form::Slash, rest.replace('/', ".")),
                _ if at_top && key == "humanReadable" => (Form::Label, String::new()),
                _ if self.path.is_empty() => (self.form, key),
                _ => (self.form, format!("{}.{key}", self.path)),
            };
            if let Some(position) = Field::position(&path) {
                self.employee.read(position, form, &mut map)?;
            } else if (at_top && form == Form::Label)
                || (form != Form::Slash && Field::any_below(&path))
            {
                map.next_value_seed(ObjectSeed(Section {
                    employee: &mut *self.employee,
                    form,
                    path: &path,
                }))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl Employee {
    /// Reads the value of the field at `position`.
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        position: usize,
        form: Form,
        map: &mut A,
    ) -> Result<(), A::Error> {
        if position == Field::ReportsTo as usize {
            self.reports_to[form as usize] = value(form, map)?;
        } else {
            self.words[form as usize][position] = value(form, map)?;
        }
        Ok(())
    }
}

fn value<'de, T, A>(form: Form, map: &mut A) -> Result<T, A::Error>
where
    T: Deserialize<'de> + Default,
    A: MapAccess<'de>,
{
    match form {
        Form::Slash => map.next_value::<Object<Slash<T>>>().map(|o| o.0.value),
        Form::Nested | Form::Label => map.next_value(),
    }
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

/// An item of the department list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct DepartmentItem {
    pub(crate) id: Word,
    pub(crate) name: Word,
    pub(crate) value: Word,
    pub(crate) archived: Option<bool>,
    pub(crate) children: Option<Vec<Self>>,
}

/// The department list in whichever envelope it came: the reference documents `items`, captures of 2024 and 2026 show
/// the others, too.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum DepartmentList {
    Items { items: Vec<DepartmentItem> },
    Values { values: Vec<DepartmentItem> },
    Keyed { department: Box<Self> },
    Lists { lists: Vec<NamedList> },
    Bare(Vec<DepartmentItem>),
}

/// A list within the answer that holds several.
#[derive(Debug, Deserialize)]
pub(crate) struct NamedList {
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    list: Option<DepartmentList>,
}

impl DepartmentList {
    pub(crate) fn into_items(self) -> Vec<DepartmentItem> {
        match self {
            Self::Items { items: list } | Self::Values { values: list } | Self::Bare(list) => list,
            Self::Keyed { department } => department.into_items(),
            Self::Lists { lists } => {
                let department = lists.into_iter().find(|l| l.name == "department");
                department
                    .and_then(|l| l.list)
                    .map(Self::into_items)
                    .unwrap_or_default()
            }
        }
    }
}

/// Field metadata: a bare list, or wrapped in `fields`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum FieldList {
    Wrapped { fields: Vec<FieldInfo> },
    Bare(Vec<FieldInfo>),
}

/// The metadata of one field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FieldInfo {
    pub(crate) id: Word,
    #[serde(rename = "categoryId")]
    pub(crate) category_id: Word,
    #[serde(rename = "categoryDisplayName")]
    pub(crate) category: Word,
    #[serde(rename = "typeData")]
    type_data: Object<TypeData>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct TypeData {
    #[serde(rename = "listId")]
    list_id: Word,
}

impl FieldList {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &FieldInfo> {
        match self {
            Self::Wrapped { fields } | Self::Bare(fields) => fields.iter(),
        }
    }

    /// The named list whose items a field holds.
    pub(crate) fn list_of(&self, field: &str) -> Option<String> {
        self.iter()
            .find(|f| f.id.get() == Some(field))
            .and_then(|f| f.type_data.0.list_id.clone().into_string())
    }
}

#[cfg(test)]
mod tests;
