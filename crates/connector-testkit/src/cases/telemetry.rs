//! What a collector of telemetry receives: everything about the run, nothing about people.

use std::collections::{BTreeMap, BTreeSet};

use connector_core::text::hex;
use connector_sandbox::company::Company;
use connector_sandbox::faults::{Fault, Rule, When};
use connector_sandbox::otlp::attribute;

use super::column;
use crate::Subject;
use crate::run::Bench;

/// Every request that the vendor sees names a span that the collector gets, all of one trace, below the page or probe
/// it is for.
pub fn requests_belong_to_the_trace_of_the_run<S: Subject>() {
    let mut bench = Bench::<S>::of(60);
    let collector = bench.collect_telemetry();
    bench.faults.add(
        Rule::always(Fault::status(503))
            .path(S::PEOPLE)
            .when(When::Nth(1)),
    );
    let outcome = bench.sync().expect(0);
    let spans = collector.spans();
    let by_id: BTreeMap<_, _> = spans.iter().map(|s| (hex(&s.span_id), s)).collect();
    let traces: BTreeSet<_> = spans.iter().map(|s| hex(&s.trace_id)).collect();
    assert_eq!(traces.len(), 1, "{}", collector.tree(&[]));
    let roots: Vec<_> = spans
        .iter()
        .filter(|s| s.parent_span_id.is_empty())
        .collect();
    assert_eq!(roots.len(), 1, "{}", collector.tree(&[]));
    assert_eq!(roots[0].name, "sync");

    assert!(!outcome.requests.is_empty());
    for request in &outcome.requests {
        let header = request.traceparent.as_deref().expect("a trace");
        let parts: Vec<_> = header.split('-').collect();
        assert_eq!((parts.len(), parts[0], parts[3]), (4, "00", "01"));
        assert!(traces.contains(parts[1]), "{header}");
        let span = by_id.get(parts[2]).expect("a span of the request");
        assert_eq!((span.name.as_str(), span.kind), ("request", 3));
        let method = attribute(&span.attributes, "http.request.method");
        assert_eq!(method.as_deref(), Some(request.method.as_str()));
    }
    for span in spans.iter().filter(|s| s.name == "request") {
        let above = by_id.get(&hex(&span.parent_span_id)).expect("a span above");
        // The span of a token request is below the request that needs the token.
        let expected = ["page", "validate", "request"];
        assert!(expected.contains(&above.name.as_str()), "{}", above.name);
    }
    let tries = spans.iter().map(|s| attribute(&s.attributes, "tries"));
    let retried = tries.filter(|tries| tries.as_deref() == Some("2"));
    assert_eq!(retried.count(), 1, "the fault was survived in one span");
}

/// No name, address or planted value reaches the collector at all, and no id of a person any span.
pub fn telemetry_names_no_person<S: Subject>() {
    let company = Company::generate(60, 7);
    let mut unwanted = company.planted_secrets();
    for person in &company.people {
        unwanted.push(person.display_name.clone());
        unwanted.push(person.last_name.clone());
        unwanted.extend(person.email.clone());
    }
    let mut bench = Bench::<S>::with(company);
    let collector = bench.collect_telemetry();
    unwanted.push(bench.variable(S::SECRET).to_owned());
    bench.run(&["--log-level", "debug"]).expect(0);

    let bytes = String::from_utf8_lossy(&collector.bytes()).into_owned();
    assert!(bytes.contains("Sync complete."), "the log is sent");
    for text in unwanted {
        // Values of fewer than four bytes are not searched for, because ordinary words contain them.
        assert!(text.len() < 4 || !bytes.contains(&text), "{text} was sent");
    }
    let query = "select external_id from v1_resources where resource_type_id = 'user'";
    let people: Vec<String> = column(&bench, query);
    assert_eq!(people.len(), 60);
    for span in collector.spans() {
        let said = format!("{span:?}");
        for id in &people {
            assert!(!said.contains(id.as_str()), "{id} is in {said}");
        }
    }
}
