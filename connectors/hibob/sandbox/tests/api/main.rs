//! HiBob's fake over HTTP.

mod endpoints;
mod limits;
mod lists;
mod permissions;
mod search;
mod tenant;
