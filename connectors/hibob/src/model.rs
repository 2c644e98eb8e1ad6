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
use std::sync::LazyLock;

use connector_core::lenient::{self, Object, ObjectOr, ObjectSeed, Word};
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

        /// The ids by which validation requests the fields, in the order of [`Field`].
        pub(crate) const PROBED_FIELDS: &[&str] = &[$($id,)*];
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
    // The last two only show whether their category may be read; their values are dropped.
    About = "about.avatar",
    Employment = "payroll.employment.activeEffectiveDate",
}

/// The ids of the fields that are synced.
pub(crate) const EMPLOYEE_FIELDS: &[&str] = PROBED_FIELDS.split_at(Field::About as usize).0;

/// The two fields that decide who belongs where.
pub(crate) const MEMBERSHIP_FIELDS: &[&str] = &["root.id", "work.department"];

/// The fields whose values are items of a list. Of these alone the display text is read.
const LABELLED: [Field; 6] = [
    Field::Department,
    Field::Title,
    Field::Site,
    Field::EmploymentType,
    Field::PayrollType,
    Field::Lifecycle,
];

/// What a key within an employee stands for.
enum Key {
    /// A form of the field at this position.
    Field(Form, usize),
    /// An object with more keys.
    Section(Keys),
}

type Keys = lenient::Keys<Key>;

/// The keys of an employee, worked out once for all answers.
static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let mut keys = Keys::default();
    for (position, id) in PROBED_FIELDS.iter().enumerate() {
        let path = id.strip_prefix("root.").unwrap_or(id);
        let slash = format!("/{}.value", id.replace('.', "/"));
        insert(&mut keys, path, Key::Field(Form::Nested, position));
        insert(&mut keys, &slash, Key::Field(Form::Slash, position));
    }
    for position in LABELLED.map(|field| field as usize) {
        let label = format!("humanReadable.{}", PROBED_FIELDS[position]);
        insert(&mut keys, &label, Key::Field(Form::Label, position));
    }
    keys
});

fn insert(keys: &mut Keys, path: &str, field: Key) {
    let Some((section, rest)) = path.split_once('.') else {
        keys.or_insert(path, field);
        return;
    };
    let section = keys.or_insert(section, Key::Section(Keys::default()));
    if let Key::Section(below) = section {
        insert(below, rest, field);
    }
}

/// The forms in which a field is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Nested,
    Slash,
    Label,
}

/// Another employee, named by an object or by a bare id.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Reference {
    pub(crate) id: Word,
    pub(crate) email: Word,
    display_name: Word,
    first_name: Word,
    surname: Word,
}

impl Reference {
    /// The person's name, blank when it was not sent.
    pub(crate) fn name(&self) -> String {
        let (first, last) = (self.first_name.get(), self.surname.get());
        text::person_name(first, last, self.display_name.get(), None)
    }
}

/// One employee. Read it through the methods; they join the forms.
#[derive(Debug, Default)]
pub(crate) struct Employee {
    /// By [`Form`], then by [`Field`]. Boxed, because an employee is handed on several times, and in three, because small
    /// pieces of memory are given out faster.
    words: [Box<[Word; EMPLOYEE_FIELDS.len()]>; 3],
    /// [`Field::ReportsTo`], nested and with slashes.
    reports_to: Box<[Reference; 2]>,
    /// The fields that were sent, empty ones included: one bit for each, by [`Field`].
    pub(crate) sent: u32,
}

impl Employee {
    /// The machine value of a field.
    pub(crate) fn get(&self, field: Field) -> Option<&str> {
        let word = |form: Form| &self.words[form as usize][field as usize];
        word(Form::Nested).or(word(Form::Slash))
    }

    /// The display text of a list item.
    pub(crate) fn label(&self, field: Field) -> Option<&str> {
        debug_assert!(LABELLED.contains(&field), "{field:?} has no label");
        self.words[Form::Label as usize][field as usize].get()
    }

    /// The display text, else the machine value unless that is a bare list id.
    pub(crate) fn shown(&self, field: Field) -> Option<&str> {
        let value = || self.get(field).filter(|value| !is_list_id(value));
        self.label(field).or_else(value)
    }

    pub(crate) fn id(&self) -> Option<&str> {
        self.get(Field::Id)
    }

    /// Who the person reports to.
    pub(crate) fn reports_to(&self) -> &Reference {
        let [nested, slash] = &*self.reports_to;
        let sent = [nested, slash].into_iter().find(|r| r.id.get().is_some());
        sent.unwrap_or(nested)
    }

    pub(crate) fn manager_id(&self) -> Option<&str> {
        let id = self.reports_to().id.get();
        id.or_else(|| self.get(Field::Manager))
    }

    /// Reads the value of the field at `position`.
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        position: usize,
        form: Form,
        map: &mut A,
    ) -> Result<(), A::Error> {
        if form != Form::Label {
            self.sent |= 1 << position;
        }
        if position >= EMPLOYEE_FIELDS.len() {
            map.next_value::<IgnoredAny>()?;
        } else if position == Field::ReportsTo as usize {
            self.reports_to[usize::from(form == Form::Slash)] = match map.next_value()? {
                ObjectOr::Object(person) => person,
                ObjectOr::Word(id) => Reference {
                    id,
                    ..Reference::default()
                },
            };
        } else {
            self.words[form as usize][position] = map.next_value()?;
        }
        Ok(())
    }
}

/// Whether a value is a list item's number, which says nothing without its label.
pub(crate) fn is_list_id(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_digit())
}

/// A record that is not an object is an employee without an id.
impl<'de> Deserialize<'de> for Employee {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut employee = Self::default();
        let whole = Section {
            employee: &mut employee,
            keys: &KEYS,
        };
        ObjectSeed(whole).deserialize(deserializer)?;
        Ok(employee)
    }
}

/// An object within an employee, read into the employee.
struct Section<'a> {
    employee: &'a mut Employee,
    keys: &'static Keys,
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
        while let Some(key) = map.next_key_seed(self.keys)? {
            match key {
                Some(&Key::Field(form, position)) => {
                    self.employee.read(position, form, &mut map)?;
                }
                Some(Key::Section(keys)) => {
                    let employee = &mut *self.employee;
                    map.next_value_seed(ObjectSeed(Section { employee, keys }))?;
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Field metadata: a bare list, or wrapped in `fields`.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum FieldList {
    Wrapped { fields: Vec<Object<FieldInfo>> },
    Bare(Vec<Object<FieldInfo>>),
}

/// The metadata of one field.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FieldInfo {
    id: Word,
    /// The name of the category by which the field is granted.
    #[serde(rename = "categoryDisplayName")]
    pub(crate) category: Word,
    #[serde(rename = "typeData")]
    pub(crate) type_data: Object<TypeData>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TypeData {
    /// The named list whose items the field holds.
    #[serde(rename = "listId")]
    pub(crate) list: Word,
}

impl FieldList {
    /// What is known of the field with this id.
    pub(crate) fn get(&self, id: &str) -> Option<&FieldInfo> {
        let (Self::Wrapped { fields } | Self::Bare(fields)) = self;
        fields.iter().map(|f| &f.0).find(|f| f.id.get() == Some(id))
    }
}

#[cfg(test)]
mod tests;
