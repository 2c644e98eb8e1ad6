//! The three requests the connector sends: field metadata, the people search and the department list.

use connector_core::spec::Runtime;
use connector_core::{Error, ErrorKind, Result};
use connector_http::{ArrayAt, ArrayStream, Auth, BaseUrl, Call, Client, ClientOptions, Pace};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::json;
use serde_json::value::RawValue;

use crate::departments::Departments;
use crate::model::FieldList;

/// HiBob allows 50 people searches and metadata reads a minute (apidocs.hibob.com/reference/rate-limiting,
/// 2025-09).
const CALLS_PER_MINUTE: u32 = 50;

const LISTING_DEPARTMENTS: &str = "listing departments";

/// The HiBob API with one service user's credential.
#[derive(Debug)]
pub(crate) struct HiBobClient {
    http: Client,
}

impl HiBobClient {
    pub(crate) fn new(
        base: BaseUrl,
        user: String,
        token: SecretString,
        runtime: &Runtime,
    ) -> Result<Self> {
        let auth = Auth::Basic {
            user,
            password: token,
        };
        let options = ClientOptions::new("HiBob", base, auth, runtime)
            .pace(Pace::per_minute(CALLS_PER_MINUTE))
            .readable(include_str!("readable.txt"))
            .explain(explain);
        Ok(Self {
            http: Client::new(options)?,
        })
    }

    pub(crate) fn requests(&self) -> u64 {
        self.http.requests()
    }

    /// Metadata of all fields; needs a valid credential and no permission.
    pub(crate) async fn fields(&self) -> Result<FieldList> {
        self.http
            .json(Call::get("company/people/fields").during("reading field metadata"))
            .await
    }

    /// All employees that the service user may see, leavers included, with these fields. The vendor answers in one body
    /// without pages (reference, 2026-06); it is decoded while it arrives.
    pub(crate) fn search<T: DeserializeOwned>(&self, fields: &[&str]) -> ArrayStream<T> {
        let body = json!({ "fields": fields, "showInactive": true, "humanReadable": "APPEND" });
        let call = Call::post("people/search")
            .json(&body)
            .safe_to_repeat()
            .during("listing employees");
        self.http.array(call, ArrayAt::Key("employees"))
    }

    /// The named list of departments, archived ones included. Its name is `department` unless the metadata of
    /// `work.department` names another one; names are case-sensitive (seen live, 2026-10).
    pub(crate) async fn departments(&self) -> Result<Departments> {
        match self.named_list("department").await {
            Err(e) if e.kind() == ErrorKind::NotFound => {
                let metadata = self.fields().await?;
                let field = metadata.get("work.department");
                match field.and_then(|f| f.type_data.0.list.get()) {
                    Some(name) if name != "department" => self.named_list(name).await,
                    _ => Err(e),
                }
            }
            other => other,
        }
    }

    async fn named_list(&self, name: &str) -> Result<Departments> {
        let path = format!("company/named-lists/{name}");
        let call = Call::get(&path)
            .query("includeArchived", "true")
            .during(LISTING_DEPARTMENTS);
        let answer: Box<RawValue> = self.http.json(call).await?;
        Departments::read(&answer).ok_or_else(|| {
            let message =
                "HiBob's answer has no list of departments: neither items nor values is in it";
            Error::new(ErrorKind::Contract, message).during(LISTING_DEPARTMENTS)
        })
    }
}

/// Adds what a failure means for a HiBob service user.
fn explain(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Credential => error.override_hint(
            "check BATON_HIBOB_SERVICE_USER_ID and BATON_HIBOB_SERVICE_USER_TOKEN; HiBob blocks an address after \
             repeated failures, so do not retry in a loop",
        ),
        ErrorKind::Permission => error.override_hint(
            "put the service user into a permission group in HiBob and give it View on the categories Basic info, \
             About, Employment, Work and Lifecycle",
        ),
        ErrorKind::NotFound => error.override_hint("check BATON_HIBOB_BASE_URL: it ends in /v1"),
        _ => error,
    }
}
