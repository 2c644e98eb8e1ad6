//! Service mode against the sandbox's control plane, over TLS on loopback: what the protocol says about each situation.
//!
//! Time stands still until a test moves it, so every wait is asserted exactly and none is sat through. The names of
//! the tests start with the situation's number in the protocol's test matrix.

mod bench;
mod failures;
mod heartbeats;
mod hello;
mod observed;
mod options;
mod outages;
mod shutdown;
mod silence;
mod slow_store;
mod strict;
mod tasks;
mod tokens;
mod uploads;
mod work;
