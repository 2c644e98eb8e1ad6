//! Tests that look at several crates at once.
