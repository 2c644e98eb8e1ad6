//! Every protobuf message that the suite writes or reads, once.
//!
//! Modules are named after protobuf packages: [`c1::connector::v2`] is what sync files of
//! version 1 hold, [`c1::storage::v3`] and [`c1::c1z::v3`] are those of version 3,
//! [`c1::connectorapi::baton::v1`] is what a connector and its control plane exchange, [`google::rpc`] is how errors
//! are described, and [`opentelemetry`] is what telemetry is sent as. Messages are written by hand, field number by
//! field number, so that no protocol compiler is needed to build. Field numbers are the public contract of the
//! ecosystem. Fields that this suite neither writes nor reads are left out; decoding skips them, so that messages of
//! newer and older programs can be read.
//!
//! Both sides of each protocol are here, so that a control plane or collector for tests is built on the same types.

mod any;

/// The packages of the Baton ecosystem.
pub mod c1 {
    /// `c1.c1z`.
    pub mod c1z {
        pub mod v3;
    }
    /// `c1.connector`.
    pub mod connector {
        pub mod v2;
    }
    /// `c1.connectorapi`.
    pub mod connectorapi {
        /// `c1.connectorapi.baton`.
        pub mod baton {
            pub mod v1;
        }
    }
    /// `c1.storage`.
    pub mod storage {
        pub mod v3;
    }
}
/// The packages that Google publishes for all services.
pub mod google {
    pub mod rpc;
}
pub mod opentelemetry;

pub use any::{holds, pack, pick};
