//! A plain HTTP client for tests of the fakes themselves.

use reqwest::{Client, redirect};

/// A client that neither decompresses nor follows redirects and works on a machine without root certificates.
///
/// # Panics
/// When the client cannot be built, which nothing but a defect can cause.
pub fn plain() -> Client {
    Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .no_gzip()
        .redirect(redirect::Policy::none())
        .build()
        .expect("a client")
}
