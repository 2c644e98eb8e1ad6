use std::collections::HashSet;

use super::*;

#[test]
fn the_same_seed_gives_the_same_company_and_another_seed_does_not() {
    assert_eq!(Company::generate(300, 7), Company::generate(300, 7));
    assert_ne!(
        Company::generate(300, 7).people,
        Company::generate(300, 8).people
    );
}

#[test]
fn ids_numbers_and_addresses_are_unique() {
    let company = Company::generate(2_000, 1);
    let ids: HashSet<_> = company.people.iter().map(|p| &p.id).collect();
    assert_eq!(ids.len(), 2_000);
    assert!(ids.iter().all(|id| id.len() == 19));
    let numbers: HashSet<_> = company.people.iter().map(|p| p.employee_number).collect();
    assert_eq!(numbers.len(), 2_000);
    let mails: Vec<_> = company
        .people
        .iter()
        .filter_map(|p| p.email.as_ref())
        .collect();
    assert_eq!(mails.iter().collect::<HashSet<_>>().len(), mails.len());
    assert!(
        mails
            .iter()
            .all(|m| m.is_ascii() && m.ends_with("example.com"))
    );
    let departments: HashSet<_> = company.departments.iter().map(|d| &d.id).collect();
    assert_eq!(departments.len(), company.departments.len());
}

#[test]
fn managers_form_a_tree_and_departments_have_known_parents() {
    let company = Company::generate(500, 3);
    let mut seen = HashSet::new();
    for person in &company.people {
        match &person.manager {
            Some(manager) => assert!(seen.contains(manager)),
            None => assert!(seen.is_empty(), "only the first has no manager"),
        }
        seen.insert(person.id.clone());
    }
    let mut known: HashSet<&str> = HashSet::new();
    for department in &company.departments {
        assert!(
            department
                .parent
                .as_deref()
                .is_none_or(|p| known.contains(p))
        );
        known.insert(&department.id);
    }
    for person in &company.people {
        assert!(
            person
                .department
                .as_deref()
                .is_none_or(|d| known.contains(d))
        );
    }
}

#[test]
fn departments_hold_the_cases_that_trip_connectors() {
    let company = Company::generate(1_000, 5);
    assert_eq!(company.departments.len(), 25);
    let operations: Vec<_> = company
        .departments
        .iter()
        .filter(|d| d.name == "Operations")
        .map(|d| d.parent.is_some())
        .collect();
    assert_eq!(operations, [true, false]);
    assert_eq!(company.members("700400").count(), 0);
    let archived_in_use = company
        .departments
        .iter()
        .filter(|d| d.archived && company.members(&d.id).next().is_some())
        .count();
    assert!(archived_in_use >= 1);
    let deepest = |id: &str| {
        std::iter::successors(company.department(id), |d| {
            d.parent.as_deref().and_then(|p| company.department(p))
        })
        .count()
    };
    assert!(company.departments.iter().any(|d| deepest(&d.id) >= 3));
}

#[test]
fn states_come_in_realistic_shares_and_each_appears_in_a_small_company() {
    let company = Company::generate(5_000, 2);
    let per_mille = |state| company.count(&state) / 5;
    assert!((820..=890).contains(&per_mille(Lifecycle::Employed)));
    assert!((80..=120).contains(&per_mille(Lifecycle::Terminated)));

    let small = Company::generate(16, 2);
    for state in [
        Lifecycle::Hired,
        Lifecycle::Employed,
        Lifecycle::GardenLeave,
        Lifecycle::Leave,
        Lifecycle::ParentalLeave,
        Lifecycle::Terminated,
    ] {
        assert!(small.count(&state) >= 1, "{state}");
    }
    let custom = |p: &&Person| matches!(p.lifecycle, Lifecycle::Custom(_));
    assert_eq!(small.people.iter().filter(custom).count(), 1);
}

#[test]
fn dates_fit_the_state() {
    let company = Company::generate(2_000, 9);
    for person in &company.people {
        match person.lifecycle {
            Lifecycle::Hired => assert!(person.start_date > company.today),
            Lifecycle::Terminated => assert!(person.end_date.is_some_and(|d| d < company.today)),
            _ => assert!(person.start_date <= company.today),
        }
        assert!(person.end_date.is_none_or(|end| end > person.start_date));
        assert!(person.private.birthday < jiff::civil::date(2000, 1, 1));
    }
}

#[test]
fn planted_secrets_are_nowhere_in_what_may_be_kept() {
    let mut company = Company::generate(80, 4);
    let secrets = company.planted_secrets();
    let left = company.count(&Lifecycle::Terminated);
    assert_eq!(secrets.len(), 80 * 8 + left);
    let blank = company.people[0].private.clone();
    for person in &mut company.people {
        person.private = blank.clone();
    }
    let own: HashSet<String> = blank.values().collect();
    let kept = format!("{company:?}");
    for secret in secrets.iter().filter(|s| !own.contains(*s)) {
        assert!(!kept.contains(secret.as_str()), "{secret}");
    }
}

#[test]
fn edits_change_names_and_leave_ids() {
    let mut company = Company::generate(20, 1);
    let id = company.people[3].id.clone();
    assert!(company.rename_person(&id, "New", "Name"));
    assert_eq!(
        company.person(&id).map(|p| p.display_name.as_str()),
        Some("New Name")
    );
    assert!(company.rename_department("700101", "Foundations"));
    assert_eq!(
        company.department("700101").map(|d| d.name.as_str()),
        Some("Foundations")
    );
    assert!(!company.rename_person("absent", "A", "B"));
    assert!(!company.rename_department("none", "A"));
    company.remove_people(|p| p.id == id);
    assert_eq!(company.people.len(), 19);
    assert!(company.person(&id).is_none());
}
