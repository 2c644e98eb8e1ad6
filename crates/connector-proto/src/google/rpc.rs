//! `google.rpc`: how an error is described.

use std::collections::HashMap;

use prost_types::Any;

use crate::any::named;

/// `Status`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Status {
    /// The gRPC code.
    #[prost(int32, tag = "1")]
    pub code: i32,
    /// One sentence for people.
    #[prost(string, tag = "2")]
    pub message: String,
    /// Details for programs.
    #[prost(message, repeated, tag = "3")]
    pub details: Vec<Any>,
}

/// `ErrorInfo`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ErrorInfo {
    /// Why, in capitals.
    #[prost(string, tag = "1")]
    pub reason: String,
    /// Who defines the reason.
    #[prost(string, tag = "2")]
    pub domain: String,
    /// More facts.
    #[prost(map = "string, string", tag = "3")]
    pub metadata: HashMap<String, String>,
}

named!("google.rpc": ErrorInfo);
