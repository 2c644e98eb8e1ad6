//! HiBob: employees as users, departments as groups with one `member` entitlement, membership as grants.
//!
//! `app` declares the settings and `types` the resource types, `client` sends the requests, `model` holds what may be kept of the answers, and
//! `connector` joins them. `users` and `departments` turn records into resources, and `validate` holds the probes. Facts
//! about the vendor's API are explained for operators in `docs/connectors/hibob.md`.

mod app;
mod client;
mod connector;
mod departments;
mod model;
mod types;
mod users;
mod validate;

pub use app::HiBob;
