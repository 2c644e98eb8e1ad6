//! What every connector must do.

#[expect(
    dead_code,
    reason = "a tenant with other options is for the other tests"
)]
mod support;

connector_testkit::conformance!(support::Subjected);
