//! Humaans: people as users, and the job-role history of each person as job titles.
//!
//! `config` says which settings there are, `client` which requests are sent, `paging` how a listing goes on,
//! `model` what may be kept of the answers; `connector` joins them. `directory` knows everybody's current role,
//! `users` and `job_titles` turn records into resources, and `validate` holds the probes. Facts about the vendor's
//! API are explained for operators in `docs/connectors/humaans.md`.

mod client;
mod config;
mod connector;
mod directory;
mod job_titles;
mod model;
mod paging;
mod users;
mod validate;

pub use config::Humaans;
