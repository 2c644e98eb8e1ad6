//! The messages of OTLP's trace and log services as far as they are sent, as they are on the wire.
//!
//! They are written by hand, field number by field number, so that no protocol compiler is needed to build. Both sides
//! are here, so that a fake collector can be built on the same types. Fields that are never sent are left out; a
//! reader skips what it does not know.

/// Path of the call that takes spans.
pub const EXPORT_TRACES: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
/// Path of the call that takes log records.
pub const EXPORT_LOGS: &str = "/opentelemetry.proto.collector.logs.v1.LogsService/Export";

/// `ExportTraceServiceRequest`: spans of one program.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExportTraces {
    /// Spans by where they come from.
    #[prost(message, repeated, tag = "1")]
    pub resource_spans: Vec<ResourceSpans>,
}

/// `ExportLogsServiceRequest`: log records of one program.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ExportLogs {
    /// Records by where they come from.
    #[prost(message, repeated, tag = "1")]
    pub resource_logs: Vec<ResourceLogs>,
}

/// `ExportTraceServiceResponse` and `ExportLogsServiceResponse`, which look the same.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Exported {
    /// Present when something was not taken.
    #[prost(message, optional, tag = "1")]
    pub partial_success: Option<PartialSuccess>,
}

/// `ExportTracePartialSuccess` and `ExportLogsPartialSuccess`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PartialSuccess {
    /// How many items were refused.
    #[prost(int64, tag = "1")]
    pub rejected: i64,
    /// Why, for people.
    #[prost(string, tag = "2")]
    pub error_message: String,
}

/// `ResourceSpans`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceSpans {
    /// The program.
    #[prost(message, optional, tag = "1")]
    pub resource: Option<Resource>,
    /// Its spans by the library that made them.
    #[prost(message, repeated, tag = "2")]
    pub scope_spans: Vec<ScopeSpans>,
}

/// `ScopeSpans`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ScopeSpans {
    /// The library.
    #[prost(message, optional, tag = "1")]
    pub scope: Option<Scope>,
    /// Its spans.
    #[prost(message, repeated, tag = "2")]
    pub spans: Vec<Span>,
}

/// `ResourceLogs`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceLogs {
    /// The program.
    #[prost(message, optional, tag = "1")]
    pub resource: Option<Resource>,
    /// Its records by the library that made them.
    #[prost(message, repeated, tag = "2")]
    pub scope_logs: Vec<ScopeLogs>,
}

/// `ScopeLogs`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ScopeLogs {
    /// The library.
    #[prost(message, optional, tag = "1")]
    pub scope: Option<Scope>,
    /// Its records.
    #[prost(message, repeated, tag = "2")]
    pub log_records: Vec<LogRecord>,
}

/// `Resource`: what all telemetry of a program has in common.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Resource {
    /// Such as `service.name`.
    #[prost(message, repeated, tag = "1")]
    pub attributes: Vec<KeyValue>,
}

/// `InstrumentationScope`: the library that made a span or record.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Scope {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its version.
    #[prost(string, tag = "2")]
    pub version: String,
}

/// `Span`: something that took time.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Span {
    /// 16 bytes, the same for all spans of a trace.
    #[prost(bytes = "vec", tag = "1")]
    pub trace_id: Vec<u8>,
    /// 8 bytes.
    #[prost(bytes = "vec", tag = "2")]
    pub span_id: Vec<u8>,
    /// 8 bytes; empty for the first span of a trace.
    #[prost(bytes = "vec", tag = "4")]
    pub parent_span_id: Vec<u8>,
    /// What was done, one of a few words.
    #[prost(string, tag = "5")]
    pub name: String,
    /// 1 internal, 2 server, 3 client.
    #[prost(int32, tag = "6")]
    pub kind: i32,
    /// Nanoseconds since 1970.
    #[prost(fixed64, tag = "7")]
    pub start_time_unix_nano: u64,
    /// Nanoseconds since 1970.
    #[prost(fixed64, tag = "8")]
    pub end_time_unix_nano: u64,
    /// What there is to say about it.
    #[prost(message, repeated, tag = "9")]
    pub attributes: Vec<KeyValue>,
    /// Present when it failed.
    #[prost(message, optional, tag = "15")]
    pub status: Option<Status>,
    /// The flags of the W3C trace context: 1, sampled.
    #[prost(fixed32, tag = "16")]
    pub flags: u32,
}

/// `Status` of a span.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Status {
    /// What went wrong.
    #[prost(string, tag = "2")]
    pub message: String,
    /// 0 unset, 1 ok, 2 error.
    #[prost(int32, tag = "3")]
    pub code: i32,
}

/// `LogRecord`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LogRecord {
    /// Nanoseconds since 1970.
    #[prost(fixed64, tag = "1")]
    pub time_unix_nano: u64,
    /// 1 trace, 5 debug, 9 info, 13 warn, 17 error.
    #[prost(int32, tag = "2")]
    pub severity_number: i32,
    /// The level as it is written in the log.
    #[prost(string, tag = "3")]
    pub severity_text: String,
    /// The message.
    #[prost(message, optional, tag = "5")]
    pub body: Option<AnyValue>,
    /// The fields.
    #[prost(message, repeated, tag = "6")]
    pub attributes: Vec<KeyValue>,
    /// The flags of the W3C trace context; 0 outside a trace.
    #[prost(fixed32, tag = "8")]
    pub flags: u32,
    /// The trace during which it was written; empty outside one.
    #[prost(bytes = "vec", tag = "9")]
    pub trace_id: Vec<u8>,
    /// The span during which it was written.
    #[prost(bytes = "vec", tag = "10")]
    pub span_id: Vec<u8>,
    /// Nanoseconds since 1970.
    #[prost(fixed64, tag = "11")]
    pub observed_time_unix_nano: u64,
}

/// `KeyValue`: an attribute.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeyValue {
    /// Its name.
    #[prost(string, tag = "1")]
    pub key: String,
    /// Its value.
    #[prost(message, optional, tag = "2")]
    pub value: Option<AnyValue>,
}

impl KeyValue {
    /// An attribute.
    pub fn new(key: impl Into<String>, value: Value) -> Self {
        Self {
            key: key.into(),
            value: Some(AnyValue { value: Some(value) }),
        }
    }
}

/// `AnyValue`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct AnyValue {
    /// The value.
    #[prost(oneof = "Value", tags = "1, 2, 3, 4, 5, 6")]
    pub value: Option<Value>,
}

impl From<Value> for AnyValue {
    fn from(value: Value) -> Self {
        Self { value: Some(value) }
    }
}

/// What an [`AnyValue`] holds.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Value {
    /// A text.
    #[prost(string, tag = "1")]
    Text(String),
    /// Yes or no.
    #[prost(bool, tag = "2")]
    Bool(bool),
    /// A whole number.
    #[prost(int64, tag = "3")]
    Int(i64),
    /// A number.
    #[prost(double, tag = "4")]
    Double(f64),
    /// Several values.
    #[prost(message, tag = "5")]
    List(ArrayValue),
    /// Named values.
    #[prost(message, tag = "6")]
    Map(KeyValueList),
}

/// `ArrayValue`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ArrayValue {
    /// The values.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<AnyValue>,
}

/// `KeyValueList`.
#[derive(Clone, PartialEq, prost::Message)]
pub struct KeyValueList {
    /// The named values.
    #[prost(message, repeated, tag = "1")]
    pub values: Vec<KeyValue>,
}

#[cfg(test)]
mod tests {
    use prost::Message;

    use super::*;

    /// Messages as the protocol's own generated types write them, with every field set that is used here.
    const TRACES: &str = "0abd010a150a130a0c736572766963652e6e616d6512030a016112a3010a060a01731201311298010a100101\
        010101010101010101010101010112080202020202020202220803030303030303032a04706167653003390400000000000000410500\
        0000000000004a070a0162120210014a100a0169120b18feffffffffffffffff014a0e0a0164120921000000000000e03f4a0b0a016c\
        12062a040a0218074a110a016d120c320a0a080a016b12030a01767a051201651802850101000000";
    const LOGS: &str = "0a700a150a130a0c736572766963652e6e616d6512030a016112570a060a0173120131124d0904000000000000\
        00100d1a047761726e2a070a0568656c6c6f32070a016e1202180945010000004a1001010101010101010101010101010101520802020\
        20202020202590600000000000000";
    const REFUSED: &str = "0a06080312026e6f";

    fn bytes(hex: &str) -> Vec<u8> {
        let pairs = hex.as_bytes().chunks(2);
        let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        pairs.map(byte).collect()
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn resource() -> Option<Resource> {
        Some(Resource {
            attributes: vec![KeyValue::new("service.name", text("a"))],
        })
    }

    fn scope() -> Option<Scope> {
        Some(Scope {
            name: "s".to_owned(),
            version: "1".to_owned(),
        })
    }

    #[test]
    fn traces() {
        let list = ArrayValue {
            values: vec![Value::Int(7).into()],
        };
        let map = KeyValueList {
            values: vec![KeyValue::new("k", text("v"))],
        };
        let span = Span {
            trace_id: vec![1; 16],
            span_id: vec![2; 8],
            parent_span_id: vec![3; 8],
            name: "page".to_owned(),
            kind: 3,
            start_time_unix_nano: 4,
            end_time_unix_nano: 5,
            attributes: vec![
                KeyValue::new("b", Value::Bool(true)),
                KeyValue::new("i", Value::Int(-2)),
                KeyValue::new("d", Value::Double(0.5)),
                KeyValue::new("l", Value::List(list)),
                KeyValue::new("m", Value::Map(map)),
            ],
            status: Some(Status {
                message: "e".to_owned(),
                code: 2,
            }),
            flags: 1,
        };
        let message = ExportTraces {
            resource_spans: vec![ResourceSpans {
                resource: resource(),
                scope_spans: vec![ScopeSpans {
                    scope: scope(),
                    spans: vec![span],
                }],
            }],
        };
        assert_eq!(message.encode_to_vec(), bytes(TRACES));
        assert_eq!(ExportTraces::decode(&*bytes(TRACES)).unwrap(), message);
    }

    #[test]
    fn logs() {
        let record = LogRecord {
            time_unix_nano: 4,
            severity_number: 13,
            severity_text: "warn".to_owned(),
            body: Some(text("hello").into()),
            attributes: vec![KeyValue::new("n", Value::Int(9))],
            flags: 1,
            trace_id: vec![1; 16],
            span_id: vec![2; 8],
            observed_time_unix_nano: 6,
        };
        let message = ExportLogs {
            resource_logs: vec![ResourceLogs {
                resource: resource(),
                scope_logs: vec![ScopeLogs {
                    scope: scope(),
                    log_records: vec![record],
                }],
            }],
        };
        assert_eq!(message.encode_to_vec(), bytes(LOGS));
        assert_eq!(ExportLogs::decode(&*bytes(LOGS)).unwrap(), message);
    }

    #[test]
    fn refusals() {
        let answer = Exported::decode(&*bytes(REFUSED)).unwrap();
        let expected = PartialSuccess {
            rejected: 3,
            error_message: "no".to_owned(),
        };
        assert_eq!(answer.partial_success, Some(expected));
    }
}
