//! People and departments that no generator would invent and some tenant has.

use crate::support::Subjected;
use baton_hibob_sandbox::{self as fake, HiBobOptions, ListOptions, SlashKeys, edge};
use connector_c1z::{ReadLimits, Reader};
use connector_core::Result;
use connector_sandbox::company::{Company, Lifecycle};
use connector_testkit::run::Bench;
use serde_json::json;

fn serve(company: Company, options: HiBobOptions) -> Bench<Subjected> {
    Bench::serving(fake::HiBob::new(company, options))
}

/// `name · status · e-mail · department · manager` of each user, and who holds what.
fn account(bench: &Bench<Subjected>) -> Result<Vec<(String, String)>> {
    let reader = Reader::open(bench.file(), ReadLimits::default())?;
    let sync = reader
        .latest_finished_full()?
        .map(|s| s.sync_id)
        .unwrap_or_default();
    let mut memberships = std::collections::BTreeMap::new();
    reader.for_each_grant(&sync, |grant| {
        let holder = grant.principal.and_then(|p| p.id).map(|id| id.resource);
        memberships.insert(holder, grant.entitlement.map(|e| e.id).unwrap_or_default());
        Ok(())
    })?;
    let mut people = Vec::new();
    reader.for_each_resource(&sync, |user| {
        let Some(id) = user.id.clone().filter(|id| id.resource_type == "user") else {
            return Ok(());
        };
        let status = match user.status_number() {
            Some(1) => "enabled",
            Some(2) => "disabled",
            Some(0) => "unspecified",
            _ => "none",
        };
        let details = user
            .status
            .as_ref()
            .map(|s| s.details.clone())
            .unwrap_or_default();
        let fact = |key: &str| user.profile_text(key).unwrap_or_else(|| "-".to_owned());
        let member = memberships
            .get(&Some(id.resource.clone()))
            .map_or("-", String::as_str);
        let line = format!(
            "{} | {status} {details} | {} | {member} | {} | {}",
            user.display_name.chars().take(40).collect::<String>(),
            fact("email"),
            fact("manager_id"),
            fact("end_date"),
        );
        people.push((id.resource, line));
        Ok(())
    })?;
    Ok(people)
}

#[test]
fn odd_people_are_read_for_what_they_are() {
    let company = Company::generate(40, 7);
    let head = company.people[0].id.clone();
    let left = company
        .people
        .iter()
        .find(|p| p.lifecycle == Lifecycle::Terminated)
        .map(|p| p.id.clone())
        .unwrap_or_default();
    let department = company
        .departments
        .iter()
        .find(|d| !d.archived)
        .map(|d| d.id.clone())
        .unwrap_or_default();
    let cases = edge::people(&company);
    let records = cases.iter().map(|c| c.record.clone()).collect();
    let bench = serve(
        company,
        HiBobOptions {
            extra_people: records,
            ..HiBobOptions::default()
        },
    );
    let outcome = bench.sync().expect(0);
    let people = account(&bench).expect("a readable file");
    assert_eq!(people.len(), 40 + cases.len());
    let shown: Vec<_> = cases
        .iter()
        .map(|case| {
            let id = &case.record["id"];
            let id = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
            let id = if id == "null" {
                case.record["/root/id"]["value"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned()
            } else {
                id
            };
            let line = people
                .iter()
                .find(|(other, _)| *other == id)
                .map_or("missing", |(_, line)| line);
            format!("{}: {line}", case.case)
                .replace(&head, "HEAD")
                .replace(&left, "LEFT")
                .replace(&format!("department:{department}:member"), "FIRST")
                .replace(&id, "SELF")
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(
        warnings(&outcome.stderr),
        json!([
            {
                "code": "ambiguous-department",
                "message": "employees name a department that exists more than once; they got no membership",
                "count": 1,
                "examples": ["employee 3900000000000000026: Engineering / Operations or Operations"],
            },
            {
                "code": "unknown-department",
                "message": "employees name a department that is not in HiBob's list; they got no membership",
                "count": 1,
                "examples": ["employee 3900000000000000021"],
            },
        ])
    );
}

#[test]
fn both_forms_of_an_answer_give_the_same_rows() {
    let company = Company::generate(50, 7);
    let both = serve(company.clone(), HiBobOptions::default());
    both.sync().expect(0);
    for (slash_keys, nested) in [(SlashKeys::Never, true), (SlashKeys::Always, false)] {
        let one = serve(
            company.clone(),
            HiBobOptions {
                slash_keys,
                nested,
                ..HiBobOptions::default()
            },
        );
        one.sync().expect(0);
        assert_eq!(one.rows(), both.rows(), "{slash_keys:?}");
    }
}

#[test]
fn every_shape_of_the_department_list_gives_the_same_rows() {
    use baton_hibob_sandbox::ItemsKey;
    let company = Company::generate(50, 7);
    let plain = serve(company.clone(), HiBobOptions::default());
    plain.sync().expect(0);
    let lists = |lists: ListOptions| HiBobOptions {
        lists,
        ..HiBobOptions::default()
    };
    for options in [
        lists(ListOptions {
            items: ItemsKey::Items,
            ..ListOptions::default()
        }),
        lists(ListOptions {
            items: ItemsKey::Values,
            null_children: true,
            ..ListOptions::default()
        }),
        lists(ListOptions {
            numeric_ids: true,
            ..ListOptions::default()
        }),
        lists(ListOptions {
            department_list: "Abteilung".to_owned(),
            ..ListOptions::default()
        }),
    ] {
        let other = serve(company.clone(), options);
        other.sync().expect(0);
        assert_eq!(other.rows(), plain.rows());
    }
}

#[test]
fn archived_departments_are_listed_while_a_person_is_in_them() {
    let departments = json!([
        {"id": "1", "name": "Top", "children": [
            {"id": "2", "name": "Old", "archived": true, "children": [
                {"id": "3", "name": "Live below old", "children": []},
                {"id": "4", "name": "Empty and old", "archived": true, "children": []},
            ]},
        ]},
        {"id": "5", "name": "Old but used", "archived": true, "children": []},
    ]);
    let mut company = Company::generate(6, 7);
    company
        .people
        .iter_mut()
        .for_each(|p| p.department = Some("1".to_owned()));
    company.people[5].department = Some("5".to_owned());
    company.people[4].department = None;
    let lists = ListOptions {
        raw_departments: Some(departments),
        ..ListOptions::default()
    };
    let bench = serve(
        company,
        HiBobOptions {
            lists,
            ..HiBobOptions::default()
        },
    );
    bench.sync().expect(0);
    let reader = Reader::open(bench.file(), ReadLimits::default()).expect("a readable file");
    let sync = reader
        .latest_finished_full()
        .expect("runs")
        .expect("a run")
        .sync_id;
    let mut found = Vec::new();
    reader
        .for_each_resource(&sync, |r| {
            let parent = r
                .parent_resource_id
                .as_ref()
                .map_or("-", |p| p.resource.as_str());
            if let Some(id) = r.id.as_ref().filter(|id| id.resource_type == "department") {
                let path = r.profile_text("path").unwrap_or_default();
                found.push(format!("{} under {parent}: {path}", id.resource));
            }
            Ok(())
        })
        .expect("resources");
    assert_eq!(
        found,
        [
            "1 under -: Top",
            "3 under 1: Top / Old / Live below old",
            "5 under -: Old but used"
        ]
    );
    assert_eq!(
        reader
            .counts(&sync)
            .expect("counts")
            .rows
            .grants
            .values()
            .sum::<u64>(),
        5
    );
}

#[test]
fn an_odd_record_costs_itself_and_is_counted() {
    let company = Company::generate(10, 7);
    let plain = serve(company.clone(), HiBobOptions::default());
    plain.sync().expect(0);
    let extra_people = vec![
        json!(null),
        json!(7),
        json!(["x"]),
        json!({"displayName": "No Id"}),
        json!({"id": null, "email": "null.id@lakeside.example.com"}),
    ];
    let bench = serve(
        company,
        HiBobOptions {
            extra_people,
            ..HiBobOptions::default()
        },
    );
    let outcome = bench.sync().expect(0);
    assert_eq!(bench.rows(), plain.rows());
    assert_eq!(
        warnings(&outcome.stderr),
        json!([{
            "code": "employee-without-id",
            "message": "HiBob sent employees without an id; they were skipped",
            "count": 5,
        }])
    );
}

/// The warnings of a run, from its log.
fn warnings(stderr: &str) -> serde_json::Value {
    let mut lines = stderr.lines().filter(|l| l.contains("\"level\":\"warn\""));
    let (line, more) = (lines.next().unwrap_or("{}"), lines.next());
    assert_eq!(more, None, "one line has all warnings");
    let line: serde_json::Value = serde_json::from_str(line).expect("a JSON line");
    line["warnings"].clone()
}

#[test]
fn a_department_tree_a_hundred_deep_is_read_with_its_members() {
    let mut departments = json!([]);
    for id in (1..=100).rev() {
        departments =
            json!([{"id": id, "name": format!("Level {id}"), "children": departments}, null]);
    }
    let mut company = Company::generate(6, 7);
    for person in &mut company.people {
        person.department = Some("100".to_owned());
        person.lifecycle = Lifecycle::Terminated;
    }
    let lists = ListOptions {
        raw_departments: Some(departments),
        ..ListOptions::default()
    };
    let bench = serve(
        company,
        HiBobOptions {
            lists,
            ..HiBobOptions::default()
        },
    );
    let outcome = bench.sync().expect(0);
    assert_eq!(
        warnings(&outcome.stderr),
        json!([{
            "code": "department-without-id",
            "message": "HiBob's list has departments without an id; they were left out",
            "count": 100,
        }])
    );
    let reader = Reader::open(bench.file(), ReadLimits::default()).expect("a readable file");
    let sync = reader
        .latest_finished_full()
        .expect("runs")
        .expect("a run")
        .sync_id;
    let mut parents = Vec::new();
    reader
        .for_each_resource(&sync, |r| {
            if let Some(id) = r.id.as_ref().filter(|id| id.resource_type == "department") {
                let parent = r.parent_resource_id.as_ref().map(|p| p.resource.clone());
                parents.push((id.resource.clone(), parent));
            }
            Ok(())
        })
        .expect("resources");
    parents.sort_by_key(|(id, _)| id.parse::<u32>().unwrap_or_default());
    let expected = (1..=100_u32).map(|id| {
        let parent = (id > 1).then(|| (id - 1).to_string());
        (id.to_string(), parent)
    });
    assert_eq!(parents, expected.collect::<Vec<_>>());
    let grants = reader.counts(&sync).expect("counts").rows.grants;
    assert_eq!(grants.values().sum::<u64>(), 6);
}
