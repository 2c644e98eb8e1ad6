//! The JSON schema of the document, which stands in docs/evidence.schema.json.

use serde_json::{Value, json};

use crate::document::FORMAT;

/// The schema (JSON Schema 2020-12).
pub fn schema() -> Value {
    let parts = [
        ("format", json!({"const": FORMAT})),
        ("file", file()),
        (
            "program",
            object(
                "What wrote the file",
                &[
                    ("name", text("Its name")),
                    ("version", text("Its version")),
                    (
                        "commit",
                        text("The commit it was built from; unknown when the build did not say"),
                    ),
                ],
            ),
        ),
        ("settings", settings()),
        (
            "host_id",
            text("The machine: the value of BATON_HOST_ID, else its name"),
        ),
        ("sync", sync()),
        (
            "rows",
            object(
                "Rows of the sync by type",
                &[
                    ("resources", counts("Resources by type")),
                    (
                        "entitlements",
                        counts("Entitlements by their resource's type"),
                    ),
                    (
                        "grants",
                        counts("Grants by their entitlement's resource type"),
                    ),
                ],
            ),
        ),
        ("verdict", verdict()),
        (
            "requests",
            list(
                "What was requested of the vendor by the process that finished the file, by class",
                requests(),
            ),
        ),
        (
            "tls",
            list(
                "The servers that answered over TLS",
                object(
                    "A server",
                    &[
                        (
                            "host",
                            text("Its name, for which the certificate was valid"),
                        ),
                        (
                            "certificate_sha256",
                            sha256("SHA-256 of its own certificate (DER)"),
                        ),
                    ],
                ),
            ),
        ),
        (
            "warnings",
            list("What was odd, in the order of codes", warning()),
        ),
        ("signature", signature()),
    ];
    let mut schema = object(
        "What a program states about a sync file that it wrote",
        &parts,
    );
    // All but this one are always there.
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(|name| name != "signature");
    }
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Evidence of a sync");
    schema
}

fn object(description: &str, members: &[(&str, Value)]) -> Value {
    let required: Vec<_> = members.iter().map(|(name, _)| *name).collect();
    let properties = members
        .iter()
        .map(|(name, member)| ((*name).to_owned(), member.clone()));
    json!({
        "type": "object",
        "description": description,
        "properties": Value::Object(properties.collect()),
        "required": required,
        "additionalProperties": false,
    })
}

fn list(description: &str, items: Value) -> Value {
    json!({"type": "array", "description": description, "items": items})
}

fn text(description: &str) -> Value {
    json!({"type": "string", "description": description})
}

fn number(description: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "description": description})
}

fn time(description: &str) -> Value {
    json!({"type": "string", "format": "date-time", "description": description})
}

fn sha256(description: &str) -> Value {
    json!({"type": "string", "pattern": "^[0-9a-f]{64}$", "description": description})
}

fn yes_or_no(description: &str) -> Value {
    json!({"type": "boolean", "description": description})
}

fn one_of(description: &str, words: &[&str]) -> Value {
    json!({"enum": words, "description": description})
}

/// `schema`, or null.
fn or_null(mut schema: Value) -> Value {
    match schema.get_mut("enum") {
        Some(Value::Array(words)) => words.push(Value::Null),
        _ => {
            let types = json!([schema["type"], "null"]);
            schema["type"] = types;
        }
    }
    schema
}

fn counts(description: &str) -> Value {
    json!({
        "type": "object",
        "description": description,
        "additionalProperties": {"type": "integer", "minimum": 0},
    })
}

fn file() -> Value {
    object(
        "The file",
        &[
            ("name", text("Its name, without directories")),
            ("sha256", sha256("SHA-256 of its bytes")),
            ("bytes", number("How many bytes it has")),
            ("format", one_of("Its version", &["c1z/1", "c1z/3"])),
        ],
    )
}

fn settings() -> Value {
    let values = json!({
        "type": "object",
        "description": "Values of the settings that say where the rows come from: base URLs, without user name, password and query",
        "additionalProperties": {"type": "string"},
    });
    object(
        "What the program was set to, without secrets",
        &[
            (
                "set",
                list(
                    "Names of the settings that had a value of their own, secret ones included",
                    json!({"type": "string"}),
                ),
            ),
            ("values", values),
            (
                "credential",
                or_null(text(
                    "A fingerprint of the secret settings under the key that signed (HMAC-SHA-256, 16 bytes in hexadecimal); null without a key",
                )),
            ),
        ],
    )
}

fn sync() -> Value {
    object(
        "The sync in the file",
        &[
            ("id", text("Its id in the file")),
            (
                "type",
                one_of(
                    "How much it covers; partial: single resources",
                    &["full", "resources_only", "partial"],
                ),
            ),
            (
                "resumed",
                yes_or_no(
                    "Whether it went on from an interrupted run, whose requests are not counted",
                ),
            ),
            ("started_at", time("When it started, as the file has it")),
            (
                "ended_at",
                time("When its rows were complete, as the file has it"),
            ),
            (
                "written_at",
                time("When the file was in its place, by the machine's clock"),
            ),
        ],
    )
}

fn lacks(description: &str) -> Value {
    let gap = "Rows that the vendor listed, or values of rows that are in the file";
    list(
        description,
        object(
            "Something that is missing",
            &[
                (
                    "code",
                    text("The code of the warning that describes it, or fewer-than-stated"),
                ),
                ("gap", one_of(gap, &["rows", "values"])),
                ("count", number("How often")),
            ],
        ),
    )
}

fn verdict() -> Value {
    let listing = object(
        "The listings of one kind and type",
        &[
            (
                "resource_type",
                text("The type whose resources, entitlements or grants were listed"),
            ),
            (
                "kind",
                one_of("Which of them", &["resources", "entitlements", "grants"]),
            ),
            ("pages", number("Pages read")),
            (
                "stated",
                or_null(number(
                    "The totals that the vendor stated, added up; null when it states none",
                )),
            ),
            ("seen", number("Different ids seen")),
            (
                "repeated",
                number("Rows whose id had been seen before in the same listing"),
            ),
            ("stored", number("Rows in the file")),
            (
                "requests",
                number("Requests sent by the process that finished the file"),
            ),
            (
                "retries",
                number("Those of them that repeated an earlier one"),
            ),
            ("lacks", lacks("What is missing")),
        ],
    );
    object(
        "Whether the sync read all that the vendor listed",
        &[
            (
                "outcome",
                one_of(
                    "complete exactly when nothing is missing",
                    &["complete", "partial"],
                ),
            ),
            ("listings", list("The listings that were read", listing)),
            ("lacks", lacks("What is missing beyond single listings")),
        ],
    )
}

fn requests() -> Value {
    object(
        "The requests of one class",
        &[
            ("method", text("The method, such as GET")),
            (
                "path",
                text("The path below the base URL without ids, or the name of the endpoint"),
            ),
            ("sent", number("Requests sent, each repetition counted")),
            (
                "retries",
                number("Those of them that repeated an earlier one"),
            ),
            (
                "answers",
                number("Answers that were read to their end and used"),
            ),
            ("bytes", number("Bytes of these answers, unpacked")),
            (
                "sha256",
                or_null(sha256(
                    "The hash of these answers in the order of the plan; null when bodies are not hashed, as those with access tokens",
                )),
            ),
        ],
    )
}

fn warning() -> Value {
    let gap = "What the file lacks because of it";
    object(
        "A warning, without the examples that logs show",
        &[
            ("code", text("Its stable name")),
            ("message", text("What it says")),
            ("count", number("How often it was met")),
            ("gap", or_null(one_of(gap, &["rows", "values"]))),
            ("note", yes_or_no("Whether nothing is odd")),
        ],
    )
}

fn signature() -> Value {
    object(
        "The signature of everything else",
        &[
            ("algorithm", json!({"const": "ed25519"})),
            (
                "public_key",
                text(
                    "The key it is said to be made with; only a key that came another way proves who signed",
                ),
            ),
            (
                "value",
                text("The 64 bytes of the signature, in base64url without padding"),
            ),
        ],
    )
}

#[cfg(test)]
mod tests;
