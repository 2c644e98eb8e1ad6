//! The report is XML that a strict parser accepts, counts what it holds and keeps hostile text as text.

use roxmltree::{Document, Node};

use super::*;

fn children<'a>(node: Node<'a, 'a>, name: &'a str) -> Vec<Node<'a, 'a>> {
    node.children().filter(|c| c.has_tag_name(name)).collect()
}

fn count(node: Node<'_, '_>, name: &str) -> usize {
    node.attribute(name).unwrap().parse().unwrap()
}

/// The document is what JUnit.xsd of Windy Road asks for, which is the strictest schema of this format.
fn fits_the_schema(document: &Document<'_>) {
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    assert_eq!(root.attributes().count(), 0);
    let names = |node: Node<'_, '_>| -> Vec<String> {
        let mut names: Vec<_> = node.attributes().map(|a| a.name().to_owned()).collect();
        names.sort();
        names
    };
    let below = |node: Node<'_, '_>| -> Vec<String> {
        let nodes = node.children().filter(Node::is_element);
        nodes.map(|n| n.tag_name().name().to_owned()).collect()
    };
    for (id, suite) in root.children().filter(Node::is_element).enumerate() {
        let required = "errors failures hostname id name package skipped tests time timestamp";
        assert_eq!(names(suite).join(" "), required);
        assert_eq!(count(suite, "id"), id);
        let time: jiff::civil::DateTime = suite.attribute("timestamp").unwrap().parse().unwrap();
        assert_eq!(suite.attribute("timestamp").unwrap(), time.to_string());
        let mut parts = below(suite);
        parts.dedup();
        assert_eq!(
            parts,
            ["properties", "testcase", "system-out", "system-err"]
        );
        for case in children(suite, "testcase") {
            assert_eq!(names(case).join(" "), "classname name time");
            match &*below(case) {
                [] => {}
                [one] if one == "skipped" => {}
                [one] if one == "failure" => {
                    assert!(children(case, one)[0].has_attribute("type"));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// Every suite counts the cases below it.
fn counted(document: &Document<'_>) {
    fits_the_schema(document);
    for suite in children(document.root_element(), "testsuite") {
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
    let suites = children(document.root_element(), "testsuite");
    let sum = |name| suites.iter().map(|s| count(*s, name)).sum::<usize>();
    assert_eq!(["tests", "failures", "skipped"].map(sum), [8, 4, 3]);
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
    insta::assert_snapshot!(skipped[0].attribute("message").unwrap(), @r#"accepted until 2026-12-31: runs the builds </testcase>]]><script>alert('x')</script> & "{0}" [pay](https://evil.test)[2J� (belongs to no person in the HR files)"#);
}

#[test]
fn a_clean_answer_has_cases_that_pass() {
    let text = shown(&clean(), Format::Junit, None);
    counted(&Document::parse(&text).unwrap());
    insta::assert_snapshot!(text, @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites>
        <testsuite name="HR-01 A job title is assigned" tests="1" skipped="0" errors="0" failures="0" time="0.000" timestamp="2026-11-01T00:00:00" hostname="localhost" package="baton-audit" id="0">
            <properties>
                <property name="file hr" value="hr.c1z, sha256 abababababababababababababababababababababababababababababababab, sync hr.c1z-sync, 2026-11-01T08:00:00Z"/>
                <property name="controls" value="SOC 2 CC6.2, ISO 27001 A.5.16"/>
            </properties>
            <testcase name="A job title is assigned" classname="baton-audit.HR-01" time="0.000"/>
            <system-out></system-out>
            <system-err></system-err>
        </testsuite>
    </testsuites>
    "#);
}

#[test]
fn what_was_left_out_is_no_case_that_passes() {
    let mut findings = sample();
    findings.leave_out_below(Severity::Critical);
    let kept: Vec<_> = findings.findings.iter().map(|f| f.severity).collect();
    assert!(!kept.is_empty() && kept.iter().all(|it| *it == Severity::Critical));
    let left_out: Vec<_> = findings
        .left_out
        .iter()
        .map(|(it, n)| (it.id, *n))
        .collect();
    insta::assert_snapshot!(format!("{left_out:?} {:?}", findings.notes), @r#"[("HR-06", 2), ("AC-02", 1), ("DQ-01", 1)] ["policy.toml:4: the acceptance of AC-01 </testcase>]]><script>alert('x')</script> & \"{0}\" [pay](https://evil.test)\u{1b}[2J\u{202e}\u{ffff}\0 fits no finding", "HR-06: 2 findings below critical left out", "AC-02: 1 finding below critical left out", "DQ-01: 1 finding below critical left out"]"#);
    let text = shown(&findings, Format::Junit, None);
    let document = Document::parse(&text).unwrap();
    counted(&document);
    let passed = document
        .descendants()
        .filter(|n| n.has_tag_name("testcase") && !n.has_children());
    let passed: Vec<_> = passed.filter_map(|n| n.attribute("classname")).collect();
    insta::assert_snapshot!(passed.join(" "), @"baton-audit.HR-01");
}
