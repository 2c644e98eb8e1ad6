//! Humaans as a client sees it: tokens and scopes, pages, filters, job roles, errors.

mod listing;
mod records;
mod tenant;
mod tokens;
