//! Our files against those of the Go SDK: container, schema, rows and the fields of every blob.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::*;

fn scene() -> Scene {
    let scene = Scene::new();
    let (warnings, summary) = scene.sync(1, company());
    assert_eq!(warnings, []);
    assert_eq!(summary.path, scene.path.display().to_string());
    assert_is_of(&summary, &scene.path);
    assert_eq!(scene.leftovers(), Vec::<String>::new());
    scene
}

#[test]
fn tables_columns_and_pragmas_are_those_of_the_go_sdk() {
    let (ours, theirs) = (scene(), fixture("go-12.c1z"));
    let (ours, theirs) = (look_into(&ours.path), look_into(&theirs));
    let columns = "SELECT m.name, c.name, c.type COLLATE NOCASE, c.\"notnull\", c.dflt_value, c.pk
        FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'
        ORDER BY m.name, c.cid";
    let lower = |rows: Vec<String>| -> Vec<_> { rows.iter().map(|r| r.to_lowercase()).collect() };
    assert_eq!(lower(ours.rows(columns)), lower(theirs.rows(columns)));
    for pragma in [
        "page_size",
        "encoding",
        "user_version",
        "application_id",
        "auto_vacuum",
        "freelist_count",
        "journal_mode",
    ] {
        let sql = format!("PRAGMA {pragma}");
        assert_eq!(ours.rows(&sql), theirs.rows(&sql), "{pragma}");
    }
    assert_eq!(ours.rows("PRAGMA integrity_check"), ["ok"]);
}

#[test]
fn indexes_are_those_of_the_go_sdk_with_the_swapped_pair() {
    let (ours, theirs) = (scene(), fixture("go-12.c1z"));
    let (ours, theirs) = (look_into(&ours.path), look_into(&theirs));
    let indexes = "SELECT m.name, i.name, i.\"unique\", i.partial,
            (SELECT group_concat(c.name) FROM pragma_index_info(i.name) c),
            (SELECT lower(substr(s.sql, instr(lower(s.sql), ' where ')))
                FROM sqlite_master s WHERE s.name = i.name AND i.partial)
        FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table'
        ORDER BY m.name, i.name";
    assert_eq!(ours.rows(indexes), theirs.rows(indexes));
    let rows = ours.rows(indexes);
    assert_eq!(rows.len(), 16);
    for swapped in [
        "v1_resources|idx_resources_external_sync_v1|0|0|parent_resource_type_id,parent_resource_id|NULL",
        "v1_resources|idx_resources_parent_resource_id_v1|1|0|external_id,sync_id|NULL",
    ] {
        assert!(rows.contains(&swapped.to_owned()), "{swapped}");
    }
}

/// What a frame header says.
#[derive(Debug, PartialEq)]
struct Frame {
    content_size: u64,
    window: u64,
    checksum: bool,
    single_segment: bool,
    dictionary: bool,
}

fn frame(path: &Path) -> Frame {
    let file = fs::read(path).unwrap();
    assert_eq!(&file[..9], b"C1ZF\0\x28\xb5\x2f\xfd");
    let descriptor = file[9];
    let single_segment = descriptor & 0x20 != 0;
    assert!(!single_segment, "the window byte would be missing");
    let (exponent, mantissa) = (u64::from(file[10] >> 3), u64::from(file[10] & 7));
    let base = 1 << (10 + exponent);
    let content_size = match descriptor >> 6 {
        2 => u64::from(u32::from_le_bytes(file[11..15].try_into().unwrap())),
        other => panic!("content size flag {other}"),
    };
    Frame {
        content_size,
        window: base + base / 8 * mantissa,
        checksum: descriptor & 4 != 0,
        single_segment,
        dictionary: descriptor & 3 != 0,
    }
}

#[test]
fn container_is_one_frame_with_size_and_checksum() {
    let ours = scene();
    let inside = look_into(&ours.path);
    let found = frame(&ours.path);
    let size = inside.bytes.len() as u64;
    assert!(found.window < size && found.window * 2 >= size, "{found:?}");
    assert_eq!(
        found,
        Frame {
            content_size: size,
            window: found.window,
            checksum: true,
            single_segment: false,
            dictionary: false
        }
    );
    let theirs = frame(&fixture("go-12.c1z"));
    assert!(theirs.checksum && !theirs.dictionary && !theirs.single_segment);
    let file = fs::read(&ours.path).unwrap();
    let frame_len = zstd::zstd_safe::find_frame_compressed_size(&file[5..]).unwrap();
    assert_eq!(frame_len, file.len() - 5);
}

#[test]
fn database_is_complete_without_a_journal() {
    let inside = look_into(&scene().path);
    assert_eq!(&inside.bytes[..16], b"SQLite format 3\0");
    assert_eq!(inside.bytes[18..20], [1, 1]);
    assert_eq!(inside.bytes.len() % 4096, 0);
}

#[test]
fn rows_have_the_ids_and_times_of_the_format() {
    let inside = look_into(&scene().path);
    let sync = spec_at(1).sync_id.to_string();
    assert_eq!(sync.len(), 27);
    assert_eq!(
        inside.rows("SELECT * FROM v1_sync_runs"),
        [format!(
            "1|{sync}|2026-03-01 08:00:00.123|2026-03-01 08:00:02.5|{{\"version\":1}}|full|||1|1|{}|1|{}|connector",
            "{\"resource_types\":2,\"resources\":5,\"entitlements\":2,\"grants\":3,\
             \"resources_by_resource_type\":{\"team\":2,\"user\":3},\
             \"grants_by_resource_type\":{\"team\":3},\
             \"entitlements_by_resource_type\":{\"team\":2}}",
            "[\"I7\",\"I3\",\"I8\",\"I9\"]"
        )]
    );
    assert_eq!(
        inside.rows(
            "SELECT id, resource_type_id, external_id, parent_resource_type_id, parent_resource_id,
                sync_id = (SELECT sync_id FROM v1_sync_runs), discovered_at FROM v1_resources"
        ),
        [
            "1|user|user:ada|NULL|NULL|1|2026-03-01 08:00:01",
            "2|user|user:grace|NULL|NULL|1|2026-03-01 08:00:01",
            "3|user|user:joan|NULL|NULL|1|2026-03-01 08:00:01",
            "4|team|team:eng|NULL|NULL|1|2026-03-01 08:00:01",
            "5|team|team:ops|NULL|NULL|1|2026-03-01 08:00:01",
        ]
    );
    assert_eq!(
        inside.rows("SELECT resource_type_id, resource_id, external_id FROM v1_entitlements"),
        ["team|eng|team:eng:member", "team|ops|team:ops:member"]
    );
    assert_eq!(
        inside.rows(
            "SELECT resource_type_id, resource_id, entitlement_id, principal_resource_type_id,
                principal_resource_id, external_id, expansion, needs_expansion
             FROM v1_grants WHERE id = 1"
        ),
        ["team|eng|team:eng:member|user|ada|team:eng:member:user:ada|NULL|0"]
    );
}

/// One field of a message: number, wire type, content.
fn fields(mut message: &[u8]) -> Vec<(u32, u8, Vec<u8>)> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let byte = bytes[0];
            *bytes = &bytes[1..];
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                return value;
            }
        }
    }
    let mut all = Vec::new();
    while !message.is_empty() {
        let key = varint(&mut message);
        let wire = (key & 7) as u8;
        let content = match wire {
            0 => varint(&mut message).to_le_bytes().to_vec(),
            1 => {
                let (head, rest) = message.split_at(8);
                message = rest;
                head.to_vec()
            }
            2 => {
                let len = varint(&mut message) as usize;
                let (head, rest) = message.split_at(len);
                message = rest;
                head.to_vec()
            }
            other => panic!("wire type {other}"),
        };
        all.push(((key >> 3) as u32, wire, content));
    }
    all
}

/// The field at a path of field numbers, the first of each.
fn at_path(message: &[u8], path: &[u32]) -> Vec<u8> {
    path.iter().fold(message.to_vec(), |inside, number| {
        let found = fields(&inside).into_iter().find(|(n, _, _)| n == number);
        found.unwrap_or_else(|| panic!("no field {number}")).2
    })
}

fn numbers(message: &[u8]) -> Vec<u32> {
    fields(message).into_iter().map(|(n, _, _)| n).collect()
}

fn blobs(path: &Path, table: &str) -> Vec<Vec<u8>> {
    let inside = look_into(path);
    let sql = format!("SELECT data FROM {table} ORDER BY id");
    let mut statement = inside.db.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn blob_fields_come_in_the_order_of_the_go_sdk() {
    let scene = scene();
    let ours = Kept::of(&scene.path);
    let theirs = Kept::of(&fixture("go-12.c1z"));
    // Their user has no creation time, ours does.
    assert_eq!(numbers(&theirs.user), [1, 3, 4, 9, 11]);
    assert_eq!(numbers(&ours.user), [1, 3, 4, 9, 11, 12]);
    assert_eq!(numbers(&theirs.group), [1, 3, 4, 9]);
    assert_eq!(numbers(&ours.group), numbers(&theirs.group));
    assert_eq!(numbers(&at_path(&theirs.user, &[4, 2])), [1, 2, 3, 5, 6]);
    assert_eq!(
        numbers(&at_path(&ours.user, &[4, 2])),
        [1, 2, 3, 5, 6, 8, 12, 13]
    );
    assert_eq!(numbers(&theirs.entitlement), [1, 2, 3, 4, 5, 7, 8]);
    assert_eq!(numbers(&ours.entitlement), numbers(&theirs.entitlement));
    assert_eq!(numbers(&theirs.grant), [1, 2, 3]);
    assert_eq!(numbers(&ours.grant), numbers(&theirs.grant));
    assert_eq!(
        numbers(&at_path(&ours.grant, &[1])),
        numbers(&at_path(&theirs.grant, &[1]))
    );
}

/// One blob of each kind.
struct Kept {
    user: Vec<u8>,
    group: Vec<u8>,
    entitlement: Vec<u8>,
    grant: Vec<u8>,
}

impl Kept {
    fn of(path: &Path) -> Self {
        let resources = blobs(path, "v1_resources");
        let with_trait = |name: &str| {
            let url = format!("type.googleapis.com/c1.connector.v2.{name}");
            let has = |blob: &&Vec<u8>| at_path(blob, &[4, 1]) == url.as_bytes();
            resources.iter().find(has).unwrap().clone()
        };
        Self {
            user: with_trait("UserTrait"),
            group: with_trait("GroupTrait"),
            entitlement: blobs(path, "v1_entitlements").remove(0),
            grant: blobs(path, "v1_grants").remove(0),
        }
    }
}

#[test]
fn profile_state_and_creation_time_are_on_the_resource_and_in_its_trait() {
    let user = Kept::of(&scene().path).user;
    for (on_resource, in_trait) in [(9, 3), (11, 2), (12, 8)] {
        assert_eq!(
            at_path(&user, &[on_resource]),
            at_path(&user, &[4, 2, in_trait])
        );
    }
    let keys: Vec<_> = fields(&at_path(&user, &[9]))
        .iter()
        .map(|(_, _, entry)| String::from_utf8(at_path(entry, &[1])).unwrap())
        .collect();
    assert_eq!(keys, ["email", "is_manager", "job_title"]);
}

#[test]
fn resource_types_carry_how_they_are_synced() {
    let ours = blobs(&scene().path, "v1_resource_types");
    let theirs = blobs(&fixture("go-12.c1z"), "v1_resource_types");
    let annotation = |blob: &[u8]| -> BTreeSet<String> {
        fields(blob)
            .into_iter()
            .filter(|(n, _, _)| *n == 4)
            .map(|(_, _, any)| String::from_utf8(at_path(&any, &[1])).unwrap())
            .collect()
    };
    let name = |n: &str| format!("type.googleapis.com/c1.connector.v2.{n}");
    assert_eq!(
        annotation(&theirs[0]),
        [name("SkipEntitlementsAndGrants")].into()
    );
    assert_eq!(
        annotation(&ours[0]),
        [
            name("SkipEntitlementsAndGrants"),
            name("CapabilityPermissions")
        ]
        .into()
    );
    assert_eq!(at_path(&ours[0], &[3]), [1]);
    assert_eq!(annotation(&ours[1]), BTreeSet::new());
    assert_eq!(at_path(&ours[1], &[3]), [2]);
}

#[test]
fn equal_rows_give_equal_bytes() {
    let (a, b) = (scene(), scene());
    assert_eq!(fs::read(&a.path).unwrap(), fs::read(&b.path).unwrap());
}

/// README.md says how a file is read by hand: what is cut off, what is decoded, and what can be asked then.
#[test]
fn a_file_is_read_by_hand_as_the_readme_says() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let line = |begins: &str| {
        let mut lines = readme.lines().filter(|line| line.starts_with(begins));
        let found = lines.next().unwrap();
        assert_eq!(lines.next(), None);
        found
    };
    let (from, rest) = line("tail -c +")["tail -c +".len()..]
        .split_once(' ')
        .unwrap();
    let (_, database) = rest.split_once(".c1z | zstd -d > ").unwrap();
    let (_, query) = line("sqlite3 ")
        .split_once(&format!(" {database} "))
        .unwrap();
    let scene = scene();
    let bytes = fs::read(&scene.path).unwrap();
    let frame = &bytes[from.parse::<usize>().unwrap() - 1..];
    let decoded = zstd::decode_all(frame).unwrap();
    let place = scene.dir.path().join(database);
    fs::write(&place, decoded).unwrap();
    let db = rusqlite::Connection::open(place).unwrap();
    let mut found = db.prepare(query.trim_matches('\'')).unwrap();
    let ids = found.query_map([], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(ids.map(Result::unwrap).count(), 5);
}
