//! The sandbox as its users see it: over HTTP.

mod circleci_api;
mod common;
mod faults;
mod hibob_api;
mod hibob_permissions;
mod hibob_search;
mod humaans_api;
mod personio_api;
