//! What a field is: its id, the category that permits it, its type.

use serde_json::Value;

use super::lookup::Lookup;
use connector_sandbox::company::Person;

/// The unit of permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// Names, e-mail address, ids.
    Root,
    /// The public "about" card.
    About,
    /// Contract.
    Employment,
    /// Department, title, site, manager, dates.
    Work,
    /// Status and lifecycle; the ids of its fields begin with `internal.`.
    Lifecycle,
    /// Birthday, gender.
    Personal,
    /// Private contact data.
    Home,
    /// National identifiers.
    Identification,
    /// Salary.
    Payroll,
    /// Bank account.
    Financial,
}

impl Category {
    /// What the connector needs.
    pub const NEEDED: [Self; 5] = [
        Self::Root,
        Self::About,
        Self::Employment,
        Self::Work,
        Self::Lifecycle,
    ];

    /// All of them; the last five hold planted secrets only.
    pub const ALL: [Self; 10] = [
        Self::Root,
        Self::About,
        Self::Employment,
        Self::Work,
        Self::Lifecycle,
        Self::Personal,
        Self::Home,
        Self::Identification,
        Self::Payroll,
        Self::Financial,
    ];

    /// The id in the field metadata.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::About => "about",
            Self::Employment => "employment",
            Self::Work => "work",
            Self::Lifecycle => "lifecycle",
            Self::Personal => "personal",
            Self::Home => "home",
            Self::Identification => "identification",
            Self::Payroll => "payroll",
            Self::Financial => "financial",
        }
    }

    /// The name people see in Bob's settings.
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::Root => "Basic info",
            Self::About => "About",
            Self::Employment => "Employment",
            Self::Work => "Work",
            Self::Lifecycle => "Lifecycle",
            Self::Personal => "Personal",
            Self::Home => "Home",
            Self::Identification => "Identification",
            Self::Payroll => "Payroll",
            Self::Financial => "Financial",
        }
    }

    /// The category with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.id() == id)
    }
}

/// The list a list-typed field draws from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Department,
    Title,
    LifecycleStatus,
    Status,
    EmploymentType,
}

impl List {
    /// The list's name; that of the departments' list is the tenant's own.
    pub(crate) fn name(self, department_list: &str) -> &str {
        match self {
            Self::Department => department_list,
            Self::Title => "title",
            Self::LifecycleStatus => "lifecycleStatus",
            Self::Status => "internalStatus",
            Self::EmploymentType => "employmentType",
        }
    }
}

/// What a field's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Bool,
    Date,
    Time,
    List(List),
    /// An employee's id.
    EmployeeId,
    /// An object with an employee's id and names.
    EmployeeReference,
    /// A duration with its own words in `humanize`.
    Duration,
    /// Several texts.
    Texts,
}

impl Kind {
    pub(crate) const fn type_name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Bool => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::List(_) => "list",
            Self::EmployeeId => "employee",
            Self::EmployeeReference => "employee-reference",
            Self::Duration => "tenure-duration",
            Self::Texts => "multi-list",
        }
    }
}

/// One field.
pub(crate) struct Field {
    pub(crate) id: &'static str,
    pub(crate) category: Category,
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Part of the answer to a request that names no fields.
    pub(crate) standard: bool,
    pub(crate) read: fn(&Lookup<'_>, &Person) -> Value,
}

pub(crate) const fn field(
    id: &'static str,
    category: Category,
    name: &'static str,
    kind: Kind,
    read: fn(&Lookup<'_>, &Person) -> Value,
) -> Field {
    let standard = matches!(
        category,
        Category::Root | Category::About | Category::Employment | Category::Work
    );
    Field {
        id,
        category,
        name,
        kind,
        standard,
        read,
    }
}

impl Field {
    /// The field is sent only when the request names its id.
    pub(crate) const fn by_id_only(mut self) -> Self {
        self.standard = false;
        self
    }
}
