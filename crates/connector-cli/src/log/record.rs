//! A log line as a record of telemetry.

use connector_proto::opentelemetry::{AnyValue, ArrayValue, KeyValue, KeyValueList, Value};
use connector_telemetry::{LogRecord, SpanContext};

use super::format::Entry;
use crate::json::{Json, Object};

/// The same texts as in the line.
pub(super) fn of(entry: &Entry, context: Option<SpanContext>) -> LogRecord {
    let mut fields = vec![KeyValue::new("caller", Value::Text(entry.caller.clone()))];
    fields.extend(named(&entry.fields));
    LogRecord {
        at: entry.at,
        level: entry.level,
        message: entry.message.clone(),
        fields,
        context,
    }
}

fn named(object: &Object) -> Vec<KeyValue> {
    let each = object.entries();
    each.map(|(key, json)| KeyValue::new(key, value(json)))
        .collect()
}

fn value(json: &Json) -> Value {
    match json {
        Json::Text(text) => Value::Text(text.clone()),
        Json::Bool(on) => Value::Bool(*on),
        Json::Int(number) => Value::Int(*number),
        Json::Count(number) => Value::Int(i64::try_from(*number).unwrap_or(i64::MAX)),
        Json::Float(number) => Value::Double(*number),
        Json::List(items) => Value::List(ArrayValue {
            values: items.iter().map(|i| AnyValue::from(value(i))).collect(),
        }),
        Json::Object(object) => Value::Map(KeyValueList {
            values: named(object),
        }),
    }
}
