//! What `diff` says of two syncs, and that it says everything.

mod classes;
mod complete;
mod files;
mod pair;
mod people;
mod person;
mod printed;
mod rekeys;
