//! A small company to store, and looks into what was stored.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use connector_c1z::{C1zStore, Format, ReadLimits, Reader, StoreOptions};
use connector_core::entropy::SyncId;
use connector_core::id::{Cursor, EntitlementId, ResourceId, ResourceTypeId};
use connector_core::model::{
    Entitlement, EntitlementListing, Grant, GrantListing, Resource, ResourceType, Status,
    StatusKind, Trait, TraitData, UserTrait,
};
use connector_core::store::{
    Checkpoint, FileSummary, Phase, Position, Rows, RunSpec, Store, SyncType, Tally,
};
use connector_core::text;
use connector_core::warning::Warning;
use jiff::Timestamp;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

pub(crate) use crate::member::member;

pub(crate) const USER: ResourceTypeId = ResourceTypeId::new("user");
pub(crate) const TEAM: ResourceTypeId = ResourceTypeId::new("team");

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

pub(crate) fn types() -> Vec<ResourceType> {
    vec![
        ResourceType::new(USER, "User", Some(Trait::User)).permissions(["people.read"]),
        ResourceType::new(TEAM, "Team", Some(Trait::Group))
            .entitlements(EntitlementListing::Templates(vec![member()]))
            .grants(GrantListing::PerType),
    ]
}

pub(crate) fn user_id(id: &str) -> ResourceId {
    ResourceId::new(USER, id)
}

pub(crate) fn team_id(id: &str) -> ResourceId {
    ResourceId::new(TEAM, id)
}

pub(crate) fn user(id: &str) -> Resource {
    let email = format!("{id}@example.com");
    let mut user = Resource::new(
        user_id(id),
        &format!("User {id}"),
        TraitData::User(UserTrait {
            email: Some(email.as_str().into()),
            login: Some(email.as_str().into()),
            employee_ids: vec![format!("E-{id}").into()],
            given_name: Some("User".into()),
            family_name: Some(id.into()),
            ..UserTrait::default()
        }),
    );
    user.profile.text("email", Some(&email));
    user.profile.text("job_title", Some("Engineer"));
    user.profile.bool("is_manager", Some(false));
    user.status = Some(Status::of(StatusKind::Enabled).with_details("Employed"));
    user.created_at = Some(at("2020-02-03T04:05:06.7Z"));
    user
}

pub(crate) fn team(id: &str) -> Resource {
    let mut team = Resource::new(team_id(id), &format!("Team {id}"), TraitData::Group);
    team.profile.text("name", Some(&format!("Team {id}")));
    team
}

pub(crate) fn membership(team: &str) -> Entitlement {
    Entitlement::from_template(&member(), team_id(team), &format!("Team {team}"))
}

pub(crate) fn grant(team: &str, user: &str) -> Grant {
    Grant {
        entitlement: EntitlementId::new(team_id(team), "member"),
        principal: user_id(user),
    }
}

pub(crate) fn checkpoint(next: Option<&str>) -> Checkpoint {
    Checkpoint {
        position: Position {
            phase: Phase::Resources,
            resource_type: USER,
            place: None,
            next: next.and_then(Cursor::new),
        },
        tally: Tally::default(),
        listing: Tally::default(),
    }
}

/// The id of the sync of that day.
pub(crate) fn id_of(day: u8) -> String {
    spec_at(day).sync_id.to_string()
}

pub(crate) fn spec_at(day: u8) -> RunSpec {
    let started_at = at(&format!("2026-03-{day:02}T08:00:00.123Z"));
    RunSpec {
        sync_id: SyncId::from_parts(started_at, [day; 16]),
        sync_type: SyncType::Full,
        started_at,
        fingerprint: "settings".into(),
        resource_types: types(),
        targets: None,
    }
}

/// The rows of the company: pages in the order of an ordinary sync.
pub(crate) fn company() -> Vec<Rows> {
    vec![
        vec![user("ada"), user("grace")].into(),
        vec![user("joan")].into(),
        vec![team("eng"), team("ops")].into(),
        vec![membership("eng"), membership("ops")].into(),
        vec![
            grant("eng", "ada"),
            grant("eng", "joan"),
            grant("ops", "grace"),
        ]
        .into(),
    ]
}

/// Checks something for both formats at once; the name of the thread that panics says for which.
pub(crate) fn in_both_formats(check: impl Fn(Format) + Sync) {
    std::thread::scope(|scope| {
        let checks = [Format::V1, Format::V3].map(|format| {
            let thread = std::thread::Builder::new().name(format.to_string());
            let check = &check;
            thread.spawn_scoped(scope, move || check(format)).unwrap()
        });
        let failed = checks.map(|check| check.join().is_err());
        assert_eq!(failed, [false, false]);
    });
}

pub(crate) struct Scene {
    pub(crate) dir: TempDir,
    pub(crate) temp: TempDir,
    pub(crate) path: PathBuf,
    /// The format of runs that ask for one.
    pub(crate) format: Option<Format>,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        Self {
            path: dir.path().join("sync.c1z"),
            temp: TempDir::new().unwrap(),
            dir,
            format: None,
        }
    }

    /// One whose runs write this format.
    pub(crate) fn of(format: Format) -> Self {
        Self {
            format: Some(format),
            ..Self::new()
        }
    }

    /// One whose runs write this format, with a file of another program in the same format.
    pub(crate) fn with_earlier(format: Format) -> Self {
        let scene = Self::of(format);
        let name = match format {
            Format::V1 => "go-12.c1z",
            Format::V3 => "go-12-version-3.c1z",
        };
        fs::copy(fixture(name), &scene.path).unwrap();
        scene
    }

    pub(crate) fn starting_with(name: &str) -> Self {
        let scene = Self::new();
        fs::copy(fixture(name), &scene.path).unwrap();
        scene
    }

    pub(crate) fn options(&self) -> StoreOptions {
        StoreOptions {
            temp_dir: Some(self.temp.path().to_owned()),
            format: self.format,
            ..StoreOptions::default()
        }
    }

    pub(crate) fn open(&self) -> connector_core::Result<C1zStore> {
        C1zStore::open(&self.path, self.options())
    }

    /// Runs a whole sync.
    pub(crate) fn sync(&self, day: u8, pages: Vec<Rows>) -> (Vec<Warning>, FileSummary) {
        let mut store = self.open().unwrap();
        let begun = store.begin(&spec_at(day)).unwrap();
        assert_eq!(begun.checkpoint, None);
        put_pages(&mut store, day, pages);
        end(&mut store, day)
    }

    pub(crate) fn reader(&self) -> Reader {
        Reader::open(&self.path, ReadLimits::default()).unwrap()
    }

    /// The ids of the syncs in the file.
    pub(crate) fn syncs(&self) -> Vec<String> {
        let syncs = self.reader().syncs().unwrap();
        syncs.into_iter().map(|sync| sync.sync_id).collect()
    }

    /// Everything that the file holds of the sync of that day, as text in the order of reading.
    pub(crate) fn rows_of(&self, day: u8) -> Vec<String> {
        let (reader, id) = (self.reader(), id_of(day));
        let mut rows = Vec::new();
        for sync in reader.syncs().unwrap() {
            if sync.sync_id == id {
                rows.push(format!("{sync:?}"));
            }
        }
        let types = |row| {
            rows.push(format!("{row:?}"));
            Ok(())
        };
        reader.for_each_resource_type(&id, types).unwrap();
        let resources = |_, row| {
            rows.push(format!("{row:?}"));
            Ok(())
        };
        reader.for_each_resource_row(&id, resources).unwrap();
        let entitlements = |_, row| {
            rows.push(format!("{row:?}"));
            Ok(())
        };
        reader.for_each_entitlement_row(&id, entitlements).unwrap();
        let grants = |_, row| {
            rows.push(format!("{row:?}"));
            Ok(())
        };
        reader.for_each_grant_row(&id, grants).unwrap();
        rows
    }

    /// The ids of the resources of the sync of that day, in the order of reading.
    pub(crate) fn resources_of(&self, day: u8) -> Vec<String> {
        let mut ids = Vec::new();
        let each = |_, row: connector_c1z::wire::Resource| {
            ids.push(row.external_id());
            Ok(())
        };
        let reader = self.reader();
        reader.for_each_resource_row(&id_of(day), each).unwrap();
        ids
    }

    /// The names of the files beside the target, and in the temp directory.
    pub(crate) fn leftovers(&self) -> Vec<String> {
        let mut names: Vec<String> = [self.dir.path(), self.temp.path()]
            .into_iter()
            .flat_map(|dir| fs::read_dir(dir).unwrap())
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "sync.c1z")
            .collect();
        names.sort();
        names
    }

    pub(crate) fn resume_path(&self) -> PathBuf {
        self.dir.path().join("sync.c1z.resume")
    }
}

pub(crate) fn put_pages(store: &mut C1zStore, day: u8, pages: Vec<Rows>) {
    for rows in pages {
        let discovered = at(&format!("2026-03-{day:02}T08:00:01Z"));
        store.put(&rows, discovered).unwrap();
        store.commit(&checkpoint(Some("more"))).unwrap();
    }
}

pub(crate) fn end(store: &mut C1zStore, day: u8) -> (Vec<Warning>, FileSummary) {
    let mut tally = Tally::default();
    let warnings = store.seal(&mut tally).unwrap();
    let ended = at(&format!("2026-03-{day:02}T08:00:02.5Z"));
    let summary = store.finish(ended).unwrap();
    (warnings, summary)
}

/// The database inside a file.
pub(crate) struct Inside {
    pub(crate) db: Connection,
    pub(crate) bytes: Vec<u8>,
    pub(crate) _dir: TempDir,
}

pub(crate) fn look_into(path: &Path) -> Inside {
    let mut file = Vec::new();
    fs::File::open(path)
        .unwrap()
        .read_to_end(&mut file)
        .unwrap();
    assert_eq!(&file[..5], b"C1ZF\0");
    let bytes = zstd::decode_all(&file[5..]).unwrap();
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("db"), &bytes).unwrap();
    Inside {
        db: Connection::open(dir.path().join("db")).unwrap(),
        bytes,
        _dir: dir,
    }
}

impl Inside {
    /// Rows as text, columns joined by `|`, blobs in hex.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        let mut statement = self.db.prepare(sql).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let cells: Vec<String> = (0..columns)
                .map(|at| match row.get_ref_unwrap(at) {
                    rusqlite::types::ValueRef::Null => "NULL".to_owned(),
                    rusqlite::types::ValueRef::Integer(n) => n.to_string(),
                    rusqlite::types::ValueRef::Real(n) => n.to_string(),
                    rusqlite::types::ValueRef::Text(t) => String::from_utf8_lossy(t).into_owned(),
                    rusqlite::types::ValueRef::Blob(b) => text::hex(b),
                })
                .collect();
            Ok(cells.join("|"))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }
}

/// Asserts that size and SHA-256 of what was written are those of the file at `path`.
pub(crate) fn assert_is_of(summary: &FileSummary, path: &Path) {
    let bytes = fs::read(path).unwrap();
    let digest = text::hex(Sha256::digest(&bytes));
    assert_eq!(
        (summary.file_bytes, &summary.sha256),
        (bytes.len() as u64, &digest)
    );
    let version = Format::of(path)
        .unwrap()
        .map(|format| format.as_str().to_owned());
    assert_eq!(version, Some(format!("v{}", summary.version)));
}
