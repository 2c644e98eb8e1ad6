//! The words the generator builds from. People's names are common given and family names paired by chance.

/// A name as it is written, and as it appears in an e-mail address.
pub(super) type Name = (&'static str, &'static str);

/// Names of one writing tradition; given and family names are paired within it.
pub(super) struct Script {
    pub(super) given: &'static [Name],
    pub(super) family: &'static [Name],
    /// Family name first in the display name.
    pub(super) family_first: bool,
}

/// Latin letters come first and are drawn most often.
pub(super) const SCRIPTS: &[Script] = &[
    Script {
        given: &[
            ("Maja", "maja"),
            ("Þóra", "thora"),
            ("Søren", "soren"),
            ("Łucja", "lucja"),
            ("Zoë", "zoe"),
            ("José", "jose"),
            ("Anna-Lena", "anna-lena"),
            ("Sam", "sam"),
            ("Ngọc", "ngoc"),
            ("Ifeoma", "ifeoma"),
            ("Çağla", "cagla"),
            ("Rhys", "rhys"),
            ("Inês", "ines"),
            ("Jiří", "jiri"),
            ("Öykü", "oyku"),
            ("Tomás", "tomas"),
        ],
        family: &[
            ("O'Hara", "ohara"),
            ("D’Angelo", "dangelo"),
            ("Þórsdóttir", "thorsdottir"),
            ("Müller-Weiß", "mueller-weiss"),
            ("Lindqvist", "lindqvist"),
            ("Nguyễn", "nguyen"),
            ("van der Berg", "vanderberg"),
            ("Okafor", "okafor"),
            ("Żak", "zak"),
            ("da Silva", "dasilva"),
            ("Yılmaz", "yilmaz"),
            ("Kowalczyk", "kowalczyk"),
            ("Ode", "ode"),
            ("McAllister", "mcallister"),
            ("Ångström", "angstrom"),
            ("Horváth", "horvath"),
        ],
        family_first: false,
    },
    Script {
        given: &[
            ("Олена", "olena"),
            ("Дмитро", "dmytro"),
            ("Ирина", "irina"),
            ("Ђорђе", "djordje"),
        ],
        family: &[
            ("Коваленко", "kovalenko"),
            ("Соколова", "sokolova"),
            ("Петровић", "petrovic"),
        ],
        family_first: false,
    },
    Script {
        given: &[("Ελένη", "eleni"), ("Γιώργος", "giorgos")],
        family: &[("Παπαδοπούλου", "papadopoulou"), ("Νικολάου", "nikolaou")],
        family_first: false,
    },
    Script {
        given: &[("ليلى", "layla"), ("يوسف", "yusuf"), ("مريم", "maryam")],
        family: &[
            ("الحداد", "alhaddad"),
            ("منصور", "mansour"),
            ("النجار", "alnajjar"),
        ],
        family_first: false,
    },
    Script {
        given: &[("נועה", "noa"), ("איתן", "eitan")],
        family: &[("כהן", "cohen"), ("מזרחי", "mizrahi")],
        family_first: false,
    },
    Script {
        given: &[("प्रिया", "priya"), ("अर्जुन", "arjun")],
        family: &[("शर्मा", "sharma"), ("पटेल", "patel")],
        family_first: false,
    },
    Script {
        given: &[("伟", "wei"), ("秀英", "xiuying"), ("𠮷郎", "yoshiro")],
        family: &[("王", "wang"), ("李", "li"), ("山田", "yamada")],
        family_first: true,
    },
    Script {
        given: &[("민준", "minjun"), ("서연", "seoyeon")],
        family: &[("김", "kim"), ("박", "park")],
        family_first: true,
    },
    Script {
        given: &[
            ("สมชาย", "somchai"),
            ("Sunny ☀️", "sunny"),
            ("Kit 👩‍💻", "kit"),
        ],
        family: &[("ใจดี", "jaidee"), ("Bloom 🌼", "bloom")],
        family_first: false,
    },
];

/// Places of work.
pub(super) const SITES: &[&str] = &["Reykjavík", "London", "תל אביב", "München", "Remote"];

/// Job titles; the first is the head of the company's.
pub(super) const TITLES: &[&str] = &[
    "Chief Executive",
    "Director",
    "Engineering Manager",
    "Software Engineer",
    "Senior Software Engineer",
    "Data Analyst",
    "Product Designer",
    "Account Executive",
    "Customer Success Manager",
    "Technical Writer",
    "QA Engineer",
    "Payroll Specialist",
    "Recruiter",
    "Controller",
    "Sr. R&D Engineer (C++/Rust) – Kältetechnik",
    "運用担当",
];

/// First halves of generated department names.
pub(super) const AREAS: &[&str] = &[
    "Billing",
    "Search",
    "Mobile",
    "Data",
    "Security",
    "Payments",
    "Research",
    "Logistics",
    "Partner",
    "Field",
    "Internal",
    "Growth",
    "Quality",
    "Design",
    "Legal",
    "Finance",
];

/// Second halves of generated department names.
pub(super) const FUNCTIONS: &[&str] = &[
    "Operations",
    "Tools",
    "Services",
    "Systems",
    "Support",
    "Strategy",
    "Insights",
    "Programme",
];

/// Words of a tenant's own lifecycle states.
pub(super) const CUSTOM_STATES: &[&str] = &["sabbatical", "civil service"];
