//! What every connector must do.

mod support;

connector_testkit::conformance!(support::Subjected);
