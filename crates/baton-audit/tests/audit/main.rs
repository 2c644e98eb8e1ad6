//! What an operator sees of `baton-audit`: whole commands on files made to order and on files of other writers.

mod as_of;
mod check;
mod command_line;
mod company;
mod convert;
mod damaged;
mod diff;
mod expansion;
mod export;
mod formats;
mod history;
mod identities;
mod leftovers;
mod look;
mod managers;
mod nested;
mod person;
mod planted;
mod proposals;
mod report;
mod sanitize;
mod support;
mod timezone;
mod unfinished;
