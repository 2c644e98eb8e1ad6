//! Personio: persons as users, each enriched with one employment.
//!
//! `app` holds the settings and `types` the resource types, `client` which requests are sent, `model` what may be kept of the
//! answers; `connector` joins them. `reading` reads a page and the employments of its persons, one page ahead of
//! what is asked for; `tally` says how many employments may fail. `employment` chooses the one that counts, `users`
//! makes the user, `custom` decides which custom attributes may be kept, `validate` holds the probes. Facts about
//! the vendor's API are explained for operators in `docs/connectors/personio.md`.

mod app;
mod client;
mod connector;
mod custom;
mod employment;
mod model;
mod reading;
mod tally;
mod types;
mod users;
mod validate;

pub use app::Personio;
