//! Stateful fakes of vendor APIs, filled with one synthetic company and able to fail on purpose.
//!
//! A connector is developed, tested and measured against this crate instead of a vendor's tenant. The parts
//! that have nothing to do with one vendor come first: [`company`] invents people and departments from a seed,
//! [`faults`] says which requests go wrong and how, [`limits`] counts requests per time window, and [`server`]
//! puts a fake on a loopback port and remembers what was asked of it. Each vendor's API is one module on top of
//! them: [`circleci`], [`hibob`], [`humaans`], [`personio`]. [`c1`] is the other side of service mode: what hands out
//! tasks and receives files. [`otlp`] is a collector of telemetry.
//!
//! ```
//! use connector_sandbox::company::Company;
//! use connector_sandbox::hibob::{HiBob, HiBobOptions};
//! use connector_sandbox::server::{Fake, Sandbox};
//!
//! let hibob = HiBob::new(Company::generate(50, 1), HiBobOptions::default());
//! let running = Sandbox::new().start(&hibob)?;
//! for (variable, value) in hibob.environment(running.base_url()) {
//!     // Hand these to the connector.
//!     assert!(variable.starts_with("BATON_HIBOB_") && !value.is_empty());
//! }
//! # Ok::<(), connector_core::Error>(())
//! ```

pub mod c1;
mod certificate;
pub mod circleci;
pub mod company;
mod draw;
pub mod faults;
mod grpc;
pub mod hibob;
pub mod humaans;
pub mod limits;
pub mod otlp;
pub mod personio;
mod request;
mod rewrite;
pub mod server;
mod shared;
