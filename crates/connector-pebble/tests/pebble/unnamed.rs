//! Files with a row that lacks an id, which the writer refuses to make. They are committed, because the programs that
//! read files are tried with them too.

use connector_pebble::records::{
    EntitlementRecord, EntitlementRef, GrantRecord, PrincipalRef, Record, ResourceRecord,
    ResourceRef, ResourceTypeRecord, SyncRunRecord,
};
use connector_pebble::{Keyspace, Limits, Reader};
use prost::Message;
use prost_types::Timestamp;

use crate::fixtures::path;
use crate::writer::Row;
use crate::writer::container::{Encoding, container};
use crate::writer::store::StoreWriter;
use crate::writer::table::Look;

/// The ids in the key of the grant.
const GRANT: [&str; 6] = ["team", "eng", "1", "member", "user", "u1"];

/// What may lack an id.
#[derive(Debug, Clone)]
struct Rows {
    sync: &'static str,
    user: [&'static str; 2],
    /// In the key and in the record.
    grant: [[&'static str; 6]; 2],
}

const SOUND: Rows = Rows {
    sync: "3EaYTpVvjSVUhUnfR6QGGlcQmRT",
    user: ["user", "u1"],
    grant: [GRANT; 2],
};

fn time(seconds: i64) -> Option<Timestamp> {
    Some(Timestamp {
        seconds: 1_793_523_600 + seconds,
        nanos: 0,
    })
}

fn grant(ids: [&str; 6]) -> GrantRecord {
    let [kind, id, on_resource, tail, holder_kind, holder] = ids.map(str::to_owned);
    let entitlement_id = match on_resource.as_str() {
        "1" => format!("{kind}:{id}:{tail}"),
        _ => tail,
    };
    GrantRecord {
        external_id: "team:eng:member:user:u1".to_owned(),
        entitlement: Some(EntitlementRef {
            resource_type_id: kind,
            resource_id: id,
            entitlement_id,
        }),
        principal: Some(PrincipalRef {
            resource_type_id: holder_kind,
            resource_id: holder,
            ..PrincipalRef::default()
        }),
        discovered_at: time(1),
        ..GrantRecord::default()
    }
}

fn resource(kind: &str, id: &str) -> ResourceRecord {
    ResourceRecord {
        resource_type_id: kind.to_owned(),
        resource_id: id.to_owned(),
        display_name: "Anna Example".to_owned(),
        discovered_at: time(1),
        ..ResourceRecord::default()
    }
}

fn resource_type(id: &str, word: &str) -> ResourceTypeRecord {
    ResourceTypeRecord {
        external_id: id.to_owned(),
        traits: vec![word.to_owned()],
        ..ResourceTypeRecord::default()
    }
}

impl Rows {
    fn file(&self) -> Vec<u8> {
        let member = EntitlementRecord {
            external_id: "team:eng:member".to_owned(),
            resource: Some(ResourceRef {
                resource_type_id: "team".to_owned(),
                resource_id: "eng".to_owned(),
            }),
            ..EntitlementRecord::default()
        };
        let run = SyncRunRecord {
            sync_id: self.sync.to_owned(),
            sync_type: 1,
            started_at: time(0),
            ended_at: time(2),
            ..SyncRunRecord::default()
        };
        let types = [
            resource_type("team", "GROUP"),
            resource_type("user", "USER"),
        ];
        let named = types.iter().map(|it| (it.key().unwrap(), it.to_bytes()));
        let mut rows: Vec<(Vec<u8>, Vec<u8>)> = named.collect();
        let team = resource("team", "eng");
        rows.push((team.key().unwrap(), team.to_bytes()));
        let user = resource(self.user[0], self.user[1]);
        rows.push((Keyspace::Resource.key(&self.user), user.to_bytes()));
        rows.push((member.key().unwrap(), member.to_bytes()));
        let [key, record] = self.grant;
        rows.push((Keyspace::Grant.key(&key), grant(record).to_bytes()));
        rows.push((b"\x03\x06".to_vec(), run.encode_to_vec()));
        let id_format = b"\x03\xFFgrant_entitlement_id_format";
        rows.push((id_format.to_vec(), vec![0, 0, 0, 2]));
        let rows = rows.iter().zip(9..);
        let rows: Vec<Row> = rows
            .map(|((key, value), sequence)| Row::set(key, sequence, value))
            .collect();
        let mut store = StoreWriter::new();
        store.add(5, &rows, &[], Look::default());
        container(&store.finish(), Encoding::Tar)
    }
}

/// The grant with another element at a place, in its key and in its record.
fn with(place: usize, element: &'static str) -> [[&'static str; 6]; 2] {
    let mut ids = GRANT;
    ids[place] = element;
    [ids; 2]
}

#[test]
fn a_row_without_an_id_is_found_when_rows_are_counted() {
    let mut foreign = GRANT;
    (foreign[2], foreign[3]) = ("0", "");
    let mut own_id = GRANT;
    own_id[3] = "";
    let files = [
        ("sound", SOUND, None),
        // An entitlement whose id is that of its resource and a colon.
        (
            "",
            Rows {
                grant: [own_id; 2],
                ..SOUND
            },
            None,
        ),
        ("unnamed-sync", Rows { sync: "", ..SOUND }, None),
        (
            "unnamed-resource",
            Rows {
                user: ["user", ""],
                ..SOUND
            },
            Some("03020075736572 00"),
        ),
        (
            "unnamed-principal",
            Rows {
                grant: with(5, ""),
                ..SOUND
            },
            Some("0304007465616d 00656e67 0031 006d656d626572 0075736572 00"),
        ),
        (
            "unnamed-principal-type",
            Rows {
                grant: with(4, ""),
                ..SOUND
            },
            Some("0304007465616d 00656e67 0031 006d656d626572 00 007531"),
        ),
        (
            "unnamed-entitlement",
            Rows {
                grant: [foreign; 2],
                ..SOUND
            },
            Some("0304007465616d 00656e67 0030 00 0075736572 007531"),
        ),
        (
            "unnamed-group",
            Rows {
                grant: with(1, ""),
                ..SOUND
            },
            Some("0304007465616d 00 0031 006d656d626572 0075736572 007531"),
        ),
        // Its key names the principal.
        (
            "unnamed-principal-in-record",
            Rows {
                grant: [GRANT, with(5, "")[0]],
                ..SOUND
            },
            None,
        ),
    ];
    for (name, rows, key) in files {
        let bytes = rows.file();
        if name.starts_with("unnamed") {
            committed(name, &bytes);
        }
        let reader = Reader::from_bytes(bytes, Limits::default()).unwrap();
        let counted = reader.counts().map_err(|error| error.message().to_owned());
        match key {
            None => assert_eq!(counted.unwrap().grants["team"], 1, "{name}"),
            Some(key) => {
                let key = key.replace(' ', "");
                let said = format!("the file is damaged: key {key}: one of its ids is empty");
                assert_eq!(counted.unwrap_err(), said, "{name}");
            }
        }
    }
}

/// Compares a committed file with these bytes; with `UPDATE=1` it is written.
fn committed(name: &str, bytes: &[u8]) {
    let place = path(&format!("{name}.c1z"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&place, bytes).unwrap();
    }
    let found = std::fs::read(&place).unwrap_or_default();
    assert!(found == bytes, "{name} is out of date; run with UPDATE=1");
}
