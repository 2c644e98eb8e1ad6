//! What `diff` says of two syncs, and that it says everything.

mod classes;
mod complete;
mod files;
mod formats;
mod pair;
mod people;
mod person;
mod rekeys;
mod table;
