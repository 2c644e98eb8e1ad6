//! The messages byte for byte.

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
