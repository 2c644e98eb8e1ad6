//! The vendors whose fakes there are. A new vendor is one line here and one in the manifest.

use connector_sandbox::vendor::Vendor;

/// Every vendor's fake, by name.
pub const VENDORS: &[Vendor] = &[
    baton_circleci_sandbox::VENDOR,
    baton_hibob_sandbox::VENDOR,
    baton_humaans_sandbox::VENDOR,
    baton_personio_sandbox::VENDOR,
];

/// The vendor of this name.
pub fn vendor(name: &str) -> Option<&'static Vendor> {
    VENDORS.iter().find(|vendor| vendor.name == name)
}
