//! Personio as a client sees it: tokens, pages, rights, limits, employments, oddities.

mod limits;
mod paging;
mod records;
mod tenant;
mod tokens;
