//! CircleCI: the members of one organization as users, with organization role and VCS login.
//!
//! `app` declares the settings and `types` the resource types, `target` checks where they lead, `client` sends the requests, and `model` holds what
//! may be kept of the answers. `roster` joins the records that several pages and listings have of one person, `users`
//! makes users of them, `connector` ties the parts together, and `validate` holds the probes. Facts about the vendor's
//! API are explained for operators in `docs/connectors/circleci.md`.

mod app;
mod client;
mod connector;
mod model;
mod roster;
mod target;
mod types;
mod users;
mod validate;

pub use app::CircleCi;
