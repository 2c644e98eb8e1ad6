//! What an operator sees of `baton-audit`: whole commands on files made to order and on files of other writers.

mod check;
mod diff;
mod identities;
mod managers;
mod support;
