//! One HTTP client for all connectors.
//!
//! A connector describes a request as a [`Call`] and gets back a decoded value ([`Client::json`]), the elements
//! of an array while they arrive ([`Client::array`]), or the answer to a probe ([`Client::response`]). Everything
//! in between is the same for every vendor and lives here: authorisation, pace, trying again, limits on what is
//! accepted, and errors whose kind decides who must act, and which show neither a credential nor anything from an answer.
//!
//! | answer | [`ErrorKind`](connector_core::ErrorKind) | tried again |
//! |---|---|---|
//! | 401 / 403 / 404 | `Credential` / `Permission` / `NotFound` | no |
//! | 408, other 4xx | `Timeout`, `Contract` | no |
//! | 429, and 503 with `Retry-After` | `RateLimited` | up to 8 in a row, each after the stated wait; never after one beyond 5 minutes |
//! | none left, for more than 5 minutes, by the headers of any answer | `RateLimited` | the next call is not sent |
//! | 5xx, reset, refused, cut off | `Upstream` | up to 5 tries within 45 seconds |
//! | none in time | `Timeout` | the same |
//! | not JSON, cut JSON, wrong shape, too large, redirect to another origin | `Contract` | no |
//! | unknown host; a proxy that is unknown or answers 4xx | `Setting` | no |
//! | refused by the proxy's machine | `Setting` | up to 5 tries within 45 seconds |
//! | TLS fails: expired, other host, unknown authority, old version, no TLS at all | `Upstream` | no |
//! | no file descriptor left | `Precondition` | up to 5 tries within 45 seconds |
//!
//! ```no_run
//! # async fn example(runtime: connector_core::spec::Runtime) -> connector_core::Result<()> {
//! use connector_http::{ArrayAt, Auth, BaseUrl, Call, Client, ClientOptions, Item, Pace};
//!
//! #[derive(serde::Deserialize)]
//! struct Person {
//!     id: String,
//! }
//!
//! let base = BaseUrl::parse("https://api.example.com/v1")?;
//! let auth = Auth::Bearer("token".into());
//! let options = ClientOptions::new("Example", base, auth, &runtime).pace(Pace::per_minute(50));
//! let client = Client::new(options)?;
//!
//! let call = Call::get("people").query("limit", "50").during("listing people");
//! let mut people = client.array::<Person>(call, ArrayAt::Key("people"));
//! let mut ids = Vec::new();
//! while let Some(item) = people.next().await? {
//!     match item {
//!         Item::Row(person) => ids.push(person.id),
//!         Item::Restarted => ids.clear(),
//!     }
//! }
//! # Ok(())
//! # }
//! ```

mod auth;
mod base_url;
mod call;
mod client;
mod connection;
mod decode;
mod elements;
mod exchange;
mod failure;
mod framer;
mod header;
mod limits;
mod options;
mod pace;
mod piece;
mod repair;
mod retry;
mod stream;
mod tape;
mod token;
mod trace;
mod transport;
mod tries;
mod vendor_text;

pub use auth::Auth;
pub use base_url::BaseUrl;
pub use call::Call;
pub use client::{Client, Response};
pub use framer::ArrayAt;
pub use options::ClientOptions;
pub use pace::Pace;
pub use retry::RetryPolicy;
pub use secrecy::SecretString;
pub use stream::{ArrayStream, Item};
pub use token::ClientCredentials;
