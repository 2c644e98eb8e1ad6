//! The report is XML that a strict parser accepts, counts what it holds and keeps hostile text as text.

use roxmltree::{Document, Node};

use super::*;

fn children<'a>(node: Node<'a, 'a>, name: &'a str) -> Vec<Node<'a, 'a>> {
    node.children().filter(|c| c.has_tag_name(name)).collect()
}

fn count(node: Node<'_, '_>, name: &str) -> usize {
    node.attribute(name).unwrap().parse().unwrap()
}

/// Every suite and the whole count the cases below them.
fn counted(document: &Document<'_>) {
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let suites = children(root, "testsuite");
    for name in ["tests", "failures", "skipped", "errors"] {
        let sum: usize = suites.iter().map(|s| count(*s, name)).sum();
        assert_eq!(count(root, name), sum, "{name}");
    }
    for suite in suites {
        let cases = children(suite, "testcase");
        let with = |name| {
            cases
                .iter()
                .filter(|c| !children(**c, name).is_empty())
                .count()
        };
        assert_eq!(count(suite, "tests"), cases.len());
        assert_eq!(count(suite, "failures"), with("failure"));
        assert_eq!(count(suite, "skipped"), with("skipped"));
    }
}

#[test]
fn hostile_text_stays_text() {
    let text = shown(&sample(), Format::Junit, None);
    let document = Document::parse(&text).unwrap();
    counted(&document);
    assert_eq!(count(document.root_element(), "tests"), 8);
    assert_eq!(count(document.root_element(), "failures"), 4);
    assert_eq!(count(document.root_element(), "skipped"), 3);
    let case = document
        .descendants()
        .find(|n| n.attribute("classname") == Some("baton-audit.AC-01"));
    insta::assert_snapshot!(case.unwrap().attribute("name").unwrap(), @r#"</testcase>]]><script>alert('x')</script> & "{0}" [pay](https://evil.test)[2J� (user:77) in git hub#1"#);
    let failure = children(case.unwrap(), "failure")[0];
    insta::assert_snapshot!(failure.text().unwrap(), @r#"
    git hub#1 row 77 of v1_resources (user:77): </testcase>]]><script>alert('x')</script> & "{0}" [pay](https://evil.test)[2J�
    hr row 12 of v1_resources (user:12): lifecycle_state terminated, end_date 2026-10-01
    git hub#1 row 5 of v1_grants (user:5): role owner
    Disable the account in the app now and find out why offboarding missed it.
    "#);
    let skipped: Vec<_> = document
        .descendants()
        .filter(|n| n.has_tag_name("skipped"))
        .collect();
    insta::assert_snapshot!(skipped[0].attribute("message").unwrap(), @r#"accepted until 2026-12-31: runs the builds </testcase>]]><script>alert('x')</script> & "{0}" [pay](https://evil.test)[2J� (belongs to nobody in the HR files)"#);
}

#[test]
fn a_clean_answer_has_cases_that_pass() {
    let text = shown(&clean(), Format::Junit, None);
    counted(&Document::parse(&text).unwrap());
    insta::assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="baton-audit" tests="1" skipped="0" failures="0" errors="0" time="0.000">
        <testsuite name="HR-01 A job title is assigned" tests="1" skipped="0" errors="0" failures="0" time="0.000" timestamp="2026-11-01T00:00:00">
            <properties>
                <property name="controls" value="SOC 2 CC6.2, ISO 27001 A.5.16"/>
                <property name="file hr" value="hr.c1z, sha256 abababababababababababababababababababababababababababababababab, sync hr.c1z-sync, 2026-11-01T08:00:00Z"/>
            </properties>
            <testcase name="A job title is assigned" classname="baton-audit.HR-01" time="0.000"/>
        </testsuite>
    </testsuites>
    "#);
}
