//! What `diff` says of two syncs, and that it says everything.

mod classes;
mod people;
mod person;
mod rekeys;
