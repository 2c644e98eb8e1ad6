//! HiBob: employees as users, departments as groups with one `member` entitlement, membership as grants.
//!
//! `app` holds the settings and `types` the resource types, `client` which requests are sent, `model` and `lists` what may be kept
//! of the answers; `connector` joins them and `validate`, `users` and `departments` hold one topic each. Facts about the
//! vendor's API are explained for operators in `docs/connectors/hibob.md`.

mod app;
mod client;
mod connector;
mod departments;
mod lists;
mod model;
mod types;
mod users;
mod validate;

pub use app::HiBob;
