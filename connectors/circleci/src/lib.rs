//! CircleCI: the members of one organization as users, with organization role and VCS login.
//!
//! `app` holds the settings and `types` the resource types, `target` where they lead, `client` which requests are sent and
//! what a failure of each means, `model` what may be kept of the answers. `roster` joins what different pages and
//! listings say about the same person, `users` makes users of it, `connector` ties the parts together and
//! `validate` checks them first. Facts about the vendor's API are explained for operators in
//! `docs/connectors/circleci.md`.

mod app;
mod client;
mod connector;
mod model;
mod role;
mod roster;
mod target;
mod types;
mod users;
mod validate;

pub use app::CircleCi;
