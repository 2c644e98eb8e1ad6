//! Whole programs in service mode. The names of the tests start with the situation's number in the protocol's test
//! matrix, `docs/service-matrix.md`.

mod failures;
mod options;
mod outages;
mod shrink;
mod table;
mod telemetry;
mod world;
