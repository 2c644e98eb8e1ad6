//! HiBob's fake over HTTP.

mod endpoints;
mod permissions;
mod search;
mod tenant;
