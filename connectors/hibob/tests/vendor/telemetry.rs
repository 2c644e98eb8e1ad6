//! What a collector of telemetry sees of a sync.

use std::time::Duration;

use crate::support::Subjected;
use connector_sandbox::otlp::{Collector, Fault, attribute};
use connector_testkit::run::Bench;

fn bench() -> Bench<Subjected> {
    Bench::of(30)
}

#[test]
fn a_sync_as_a_tree() {
    let mut bench = bench();
    let collector = bench.collect_telemetry();
    bench.sync().expect(0);
    let shown = [
        "phase",
        "resource_type",
        "rows",
        "http.request.method",
        "url.template",
        "http.response.status_code",
    ];
    insta::assert_snapshot!(collector.tree(&shown), @r"
    sync
      validate
        request http.request.method=GET url.template=company/people/fields http.response.status_code=200
        request http.request.method=POST url.template=people/search http.response.status_code=200
        request http.request.method=GET url.template=company/named-lists/department http.response.status_code=200
      phase phase=resources
        page phase=resources resource_type=user rows=30
          request http.request.method=POST url.template=people/search http.response.status_code=200
        page phase=resources resource_type=department rows=7
      phase phase=entitlements
        page phase=entitlements resource_type=department rows=7
      phase phase=grants
        page phase=grants resource_type=department rows=30
      seal
      save
    ");
    assert_eq!(collector.resources()[0], "service.name=baton-hibob-server");
    let (mut hosts, mut sizes) = (Vec::new(), 0);
    for span in collector.spans().iter().filter(|s| s.name == "request") {
        hosts.extend(attribute(&span.attributes, "server.address"));
        sizes += usize::from(attribute(&span.attributes, "http.response.body.size").is_some());
    }
    assert_eq!(hosts, ["127.0.0.1"; 4]);
    assert_eq!(sizes, 3, "validation does not read its search to the end");
}

#[test]
fn the_rows_do_not_depend_on_telemetry() {
    let mut bench = bench();
    bench.sync().expect(0);
    let without = bench.rows();
    let _collector = bench.collect_telemetry();
    bench.sync().expect(0);
    assert_eq!(bench.rows(), without);
}

#[test]
fn nothing_is_told_to_the_vendor_without_a_collector() {
    for request in bench().sync().expect(0).requests {
        assert_eq!(request.traceparent, None, "{}", request.path);
    }
}

#[test]
fn a_collector_that_is_away_or_silent_does_not_matter() {
    let mut bench = bench();
    let collector = bench.collect_telemetry();
    collector.misbehave(Some(Fault::Hang));
    bench.telemetry_limit = Some(Duration::from_millis(20));
    bench.sync().expect(0);
    let rows = bench.rows();
    bench.set("BATON_OTEL_COLLECTOR_ENDPOINT", &gone());
    let outcome = bench.sync().expect(0);
    assert_eq!(bench.rows(), rows);
    let told = outcome.stderr.matches("telemetry cannot be delivered");
    assert_eq!(told.count(), 1, "{}", outcome.stderr);
}

/// An address where no collector listens any more.
fn gone() -> String {
    Collector::start().expect("a collector").endpoint()
}
