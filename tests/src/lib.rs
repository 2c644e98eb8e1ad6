//! Nothing of its own: the tests beside this file look at several crates at once.
