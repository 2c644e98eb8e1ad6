//! Humaans: people as users, and the job-role history of each person as job titles.
//!
//! `app` declares the settings and `types` the resource types, `client` sends the requests, `parts` has their order, and
//! `model` holds what may be kept of the answers; `connector` joins them. `directory` knows the job roles and the current
//! one of each person, `users` and `job_titles` turn records into resources, and `validate` holds the probes. Facts about the vendor's
//! API are explained for operators in `docs/connectors/humaans.md`.

mod app;
mod client;
mod connector;
mod directory;
mod job_titles;
mod model;
mod parts;
mod types;
mod users;
mod validate;

pub use app::Humaans;
