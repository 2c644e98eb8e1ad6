//! Names in place of ids: managers, units, offices, legal entities and cost centres.

use baton_personio_sandbox::{Credential, PersonioOptions};
use connector_sandbox::faults::{Fault, Rule};
use connector_testkit::rows::{self, Row};
use connector_testkit::run::Bench;

use crate::support::{Subjected, tenant};

const PEOPLE: usize = 60;
const WARNING: &str = "names of units, offices, legal entities or cost centers are not readable and stay empty; give the \
                       credential the rights to read them, or ignore this when nothing needs the names";

/// The person whose every name can be found, in a company of [`PEOPLE`].
fn person(bench: &Bench<Subjected>) -> Row {
    let rows = rows::parse(&bench.rows());
    let complete = |row: &Row| {
        let facts = ["manager_id", "department_id", "office_id"];
        facts.iter().all(|fact| row.get(fact) != "-")
    };
    rows.into_iter()
        .rfind(complete)
        .expect("a person with a manager, a department and an office")
}

const NAMES: [&str; 9] = [
    "manager_name",
    "manager_email",
    "department",
    "department_name",
    "team_name",
    "location",
    "office_name",
    "legal_entity_name",
    "org_units",
];

#[test]
fn ids_have_names() {
    let bench = tenant(PEOPLE, PersonioOptions::default());
    let outcome = bench.sync().expect(0);
    assert!(!outcome.stderr.contains(WARNING), "{}", outcome.stderr);
    let row = person(&bench);
    let expected = bench.fake.read(|company| {
        let person = company.people.iter().find(|person| {
            let id = baton_personio_sandbox::person_id(person);
            row.id == format!("user:{id}")
        });
        let person = person.expect("the person");
        let named = |id: &Option<String>| {
            let unit = company
                .departments
                .iter()
                .find(|unit| Some(&unit.id) == id.as_ref());
            unit.expect("a department").name.clone()
        };
        let manager = company
            .people
            .iter()
            .find(|p| Some(&p.id) == person.manager.as_ref());
        let manager = manager.expect("a manager");
        let site = company
            .sites
            .iter()
            .find(|site| Some(site.id) == person.site);
        let site = site.expect("a site").name.clone();
        let department = named(&person.department);
        [
            format!("{} {}", manager.first_name, manager.last_name),
            manager.email.clone().unwrap_or("-".to_owned()),
            department.clone(),
            department.clone(),
            "Harbour team".to_owned(),
            site.clone(),
            site,
            company.name.clone(),
            format!("[\"Harbour team\", \"{department}\"]"),
        ]
    });
    assert_eq!(NAMES.map(|name| row.get(name)), expected);
    assert_eq!(row.get("team_id"), "715");
    assert_eq!(row.get("legal_entity_id"), "9");
    assert_eq!(row.get("cost_center"), "1200 Operations");
    assert_eq!(row.get("cost_center_id"), "1200");
    let ids = format!("[\"715\", \"{}\"]", row.get("department_id"));
    assert_eq!(row.get("org_unit_ids"), ids);
}

#[test]
fn names_that_may_not_be_read_are_left_out_with_one_warning() {
    let lists = ["org-units", "workplaces", "legal-entities", "cost-centers"];
    let credential = lists
        .iter()
        .fold(Credential::full(), |c, list| c.without(list));
    let bench = tenant(PEOPLE, PersonioOptions::default().credential(credential));
    let outcome = bench.run(&["validate"]).expect(0);
    let said = outcome.stdout + &outcome.stderr;
    assert!(said.contains(WARNING), "{said}");
    let outcome = bench.sync().expect(0);
    assert_eq!(
        outcome.stderr.matches(WARNING).count(),
        1,
        "{}",
        outcome.stderr
    );
    for list in [
        "departments",
        "teams",
        "workplaces",
        "legal entities",
        "cost centers",
    ] {
        let example = format!("listing {list}: Personio answered 403 Forbidden");
        let example = example.replace(" Forbidden", ": Insufficient access scope");
        assert!(
            outcome.stderr.contains(&example),
            "{example}\n{}",
            outcome.stderr
        );
    }
    let row = person(&bench);
    for name in NAMES.iter().filter(|name| !name.starts_with("manager")) {
        assert_eq!(row.get(name), "-", "{name}");
    }
    // Managers are persons, and the code of a cost centre is told by the employment.
    assert_ne!(row.get("manager_name"), "-");
    assert_eq!(row.get("cost_center"), "1200");
    assert_eq!(row.get("team_id"), "715");
}

#[test]
fn a_listing_of_names_that_fails_costs_its_names_only() {
    let bench = tenant(PEOPLE, PersonioOptions::default());
    bench
        .faults
        .add(Rule::always(Fault::status(502)).path("/v2/workplaces"));
    let outcome = bench.sync().expect(0);
    let example = "listing workplaces: Personio answered 502 Bad Gateway (gave up after 5 tries)";
    assert!(outcome.stderr.contains(example), "{}", outcome.stderr);
    let row = person(&bench);
    assert_eq!([row.get("location"), row.get("office_name")], ["-", "-"]);
    assert_ne!(row.get("department"), "-");
}

#[test]
fn a_list_of_managers_that_fails_is_no_list_of_persons_without_managers() {
    let bench = tenant(PEOPLE, PersonioOptions::default());
    // The first request for persons is that of validation.
    let rule = Rule::always(Fault::status(404)).path("/v2/persons$");
    bench
        .faults
        .add(rule.when(connector_sandbox::faults::When::Nth(2)));
    let outcome = bench.sync().expect(5);
    let said = "baton-personio: listing persons for their managers' names: Personio answered 404 Not Found";
    assert!(outcome.error().starts_with(said), "{}", outcome.error());
    assert!(!bench.file().exists());
}
