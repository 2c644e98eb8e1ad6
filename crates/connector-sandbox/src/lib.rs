//! The engine of the fakes: everything about a synthetic company and a misbehaving server that has nothing to do with
//! one vendor.
//!
//! A connector is developed, tested and measured against a fake of its vendor instead of a tenant. [`company`] invents
//! people and departments from a seed, [`faults`] decides which requests go wrong and how, [`limits`] counts requests
//! per time window, and [`server`] puts a fake on a loopback port and keeps a log of its requests. [`tenant`],
//! [`request`], [`answer`], [`rewrite`] and [`edge`] are what the vendors' routes are built from. A fake itself is a
//! package beside the connector of its vendor (`connectors/<vendor>/sandbox`) and hands over a [`vendor::Vendor`].
//! [`c1`] is the other side of service mode: what hands out tasks and receives files. [`otlp`] is a collector of
//! telemetry.

pub mod answer;
pub mod c1;
mod certificate;
pub mod company;
mod draw;
pub mod edge;
pub mod faults;
mod grpc;
pub mod limits;
pub mod otlp;
pub mod request;
pub mod rewrite;
pub mod server;
pub mod tenant;
pub mod vendor;
