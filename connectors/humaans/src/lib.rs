//! Humaans: people as users, and the job-role history of each person as job titles.
//!
//! `app` holds the settings and `types` the resource types, `client` which requests are sent, `paging` how a listing goes on,
//! `model` what may be kept of the answers; `connector` joins them. `directory` knows everybody's current role,
//! `users` and `job_titles` turn records into resources, and `validate` holds the probes. Facts about the vendor's
//! API are explained for operators in `docs/connectors/humaans.md`.

mod app;
mod client;
mod connector;
mod directory;
mod job_titles;
mod model;
mod paging;
mod types;
mod users;
mod validate;

pub use app::Humaans;
