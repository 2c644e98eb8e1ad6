//! Personio: persons as users, each with the employment that counts.
//!
//! `app` declares the settings and `types` the resource types, `client` sends the requests, `model` holds what may be kept of the answers, and
//! `connector` joins them. `employment` chooses the employment that counts, `users` makes a user of a person, and
//! `validate` holds the probes. Facts about the vendor's API are explained for operators in
//! `docs/connectors/personio.md`.

mod app;
mod client;
mod connector;
mod directory;
mod employment;
mod model;
mod types;
mod users;
mod validate;

pub use app::Personio;
