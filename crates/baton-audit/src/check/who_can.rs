//! `who-can`: everybody who holds an entitlement or a role, by any way, over all files, with the person that each
//! account belongs to.
//!
//! Grants stream twice: first to learn who holds what is asked for, then to print it with the people whose accounts
//! these are. Of the holders all are kept by their keys, and only so many at a time with all that is known of them.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use connector_c1z::{RowAt, wire};
use connector_core::{Error, ErrorKind, Result, text};

use super::chosen::{Above, Chosen, Marks};
use super::context::{AppsRead, CheckContext, NumberedFile};
use super::files::FilesArgs;
use super::join::Owner;
use super::policy::{Pattern, Place};
use crate::console::{Console, Outcome};
use crate::expansion::Expansion;
use crate::identity::{Identity, Key, Lifecycle, for_each_unordered};
use crate::look::{GrantLine, Names, external_id, time, yes_no};
use crate::source::{DayArgs, OpenArgs, Source};
use crate::table::{Cell, Column, FormatArgs, Table, cells, column, detail, headings};

/// Arguments of the command.
#[derive(Debug, clap::Args)]
pub struct WhoCanArgs {
    /// Entitlement, role or group by id, short name or name; * stands for any text
    #[arg(value_name = "WHAT")]
    what: String,
    #[command(flatten)]
    files: FilesArgs,
    #[command(flatten)]
    format: FormatArgs,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    open: OpenArgs,
}

/// People and accounts that are looked at together. Where more hold what is asked for, the files are read once more for
/// each further so many, so that memory does not grow with them.
const TOGETHER: usize = 5_000;

/// Runs the command.
pub(crate) fn who_can(args: &WhoCanArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let policy = args.files.policy()?;
    let mut files = Chosen::open(&args.files.paths(&args.open)?, &args.day, &args.open)?;
    let what = Pattern::new(&args.what, Place::default());
    let mut wanted = Vec::new();
    for source in files.hr().chain(files.apps()) {
        wanted.push(Wanted::read(source, &what)?);
    }
    let holders = wanted.iter().enumerate();
    let holders = holders.flat_map(|(file, it)| it.holders.iter().map(move |key| (file, key)));
    let holders: Vec<(usize, &Key)> = holders.collect();
    let is_known = |it: &Wanted| !it.entitlements.is_empty() || !it.holders.is_empty();
    // Without a holder the files are looked at as well: what is wrong with them is said in any case.
    let none = holders.is_empty().then_some([].as_slice());
    let mut misplaced = Vec::new();
    let format = args.format.format();
    let mut table = match wanted.iter().any(is_known) {
        true => Some(Table::new(console, format, headings(&columns()))),
        false => None,
    };
    for together in holders.chunks(TOGETHER).chain(none) {
        let together: HashSet<(usize, &Key)> = together.iter().copied().collect();
        let apps = files.hr().len();
        let input = files.input(
            |hr, it| together.contains(&(hr, &it.key)),
            Above::Nobody,
            Marks::default(),
            |app, it| together.contains(&(apps + app, &it.key)),
            &policy,
            &args.day,
        )?;
        let day = input.day(&args.day)?;
        let context = CheckContext::new(&input, &policy, day, AppsRead::Owners)?;
        let labels: Vec<String> = input.files().into_iter().map(|file| file.label).collect();
        let Some(table) = &mut table else {
            return Err(unknown(&args.what));
        };
        if misplaced.is_empty() {
            misplaced.clone_from(&context.misplaced);
        }
        let columns = columns();
        let mut each = |holder| table.row(&cells(&columns, &holder));
        for (at, (&hr, wanted)) in context.hr.iter().zip(&wanted).enumerate() {
            let owner = |_, person| Owned {
                person: Some(person),
                by: "HR record",
            };
            let is_one = |it: &Identity| together.contains(&(at, &it.key));
            let file = (hr, &*labels[hr.file]);
            wanted.print(&context, file, &what, is_one, owner, &mut each)?;
        }
        for (at, (app, wanted)) in context.apps.iter().zip(&wanted[apps..]).enumerate() {
            let owner = |at: usize, _| Owned::of(&context, &app.owners[at]);
            let is_one = |it: &Identity| together.contains(&(apps + at, &it.key));
            let file = (app.file, &*labels[app.file.file]);
            wanted.print(&context, file, &what, is_one, owner, &mut each)?;
        }
        drop(context);
        files = Chosen::again(input);
    }
    table.map(Table::finish).transpose()?;
    for note in misplaced {
        console.note(&note)?;
    }
    let groups: usize = wanted.iter().map(|it| it.groups).sum();
    if groups > 0 {
        let held = text::counted(groups, "grant");
        let note =
            format!("{held} of it to groups; members are listed where the grant is to be expanded");
        console.note(&note)?;
    }
    Ok(Outcome::Clean)
}

fn unknown(what: &str) -> Error {
    let message = format!("no entitlement and no role in the files is {what}");
    Error::new(ErrorKind::Usage, message)
        .hint("give an id, a short name or a name as `baton-audit grants --csv` lists them; * stands for any text")
}

/// What is asked for in one file, and who holds it.
struct Wanted {
    entitlements: HashSet<String>,
    /// The people or accounts that hold it, in order.
    holders: Vec<Key>,
    /// How many grants of it are to something else, such as a group.
    groups: usize,
}

impl Wanted {
    fn read(source: &Source, what: &Pattern) -> Result<Self> {
        let (reader, sync) = (&source.reader, &source.sync.sync_id);
        let mut names = Names::few(source);
        let mut wanted = Self {
            entitlements: HashSet::new(),
            holders: Vec::new(),
            groups: 0,
        };
        reader.for_each_entitlement_row(sync, |_, it| {
            let resource = it.resource.unwrap_or_default();
            let on = names.resource(&resource)?;
            let texts = [
                &it.id,
                &it.display_name,
                &it.slug,
                &resource.external_id(),
                &*on,
            ];
            if texts.into_iter().any(|text| what.fits(text)) {
                wanted.entitlements.insert(it.id);
            }
            Ok(())
        })?;
        // How many grants each has of it.
        let mut granted: HashMap<Key, usize> = HashMap::new();
        let mut expansion = Expansion::default();
        reader.for_each_grant_row(sync, |row, grant| {
            expansion.edges_of(&row, &grant)?;
            if let Some(principal) = wanted.holder(&grant) {
                *granted.entry(key_of(principal)).or_default() += 1;
            }
            Ok(())
        })?;
        expansion.read_holders(source)?;
        expansion.for_each(|holder, derived| {
            if wanted.entitlements.contains(&derived.entitlement.id) {
                granted.entry(key_of(holder)).or_default();
            }
            Ok(())
        })?;
        for_each_unordered(source, |it| {
            let by_role = it.org_role.as_deref().is_some_and(|role| what.fits(role));
            if granted.remove(&it.key).is_some() || by_role {
                wanted.holders.push(it.key);
            }
            Ok(())
        })?;
        wanted.groups = granted.values().sum();
        wanted.holders.sort_unstable();
        Ok(wanted)
    }

    /// Who holds what is asked for by this grant.
    fn holder<'g>(&self, grant: &'g wire::Grant) -> Option<&'g wire::ResourceId> {
        let entitlement = grant.entitlement.as_ref()?;
        let is_wanted = self.entitlements.contains(&entitlement.id);
        grant.principal.as_ref()?.id.as_ref().filter(|_| is_wanted)
    }

    /// Calls `each` with those of the people and accounts of a file that hold it.
    fn print<'a>(
        &self,
        context: &CheckContext<'a>,
        (file, label): (NumberedFile<'a>, &'a str),
        what: &Pattern,
        is_one: impl Fn(&Identity) -> bool,
        owner: impl Fn(usize, &'a Identity) -> Owned<'a>,
        each: &mut dyn FnMut(Holder<'a>) -> Result<()>,
    ) -> Result<()> {
        let (source, roster) = (&file.loaded.source, &file.loaded.roster);
        let mut put = |at: usize, account: &'a Identity, line: GrantLine| {
            let owned = owner(at, account);
            let lifecycle = owned.person.map(|person| context.standing(person));
            each(Holder {
                app: label,
                account,
                owned,
                lifecycle,
                line,
            })
        };
        for (at, account) in roster.iter().enumerate().filter(|(_, it)| is_one(it)) {
            if let Some(role) = account.org_role.as_deref().filter(|role| what.fits(role)) {
                let id = account.key.to_wire();
                put(at, account, GrantLine::of_org_role(id, &account.name, role))?;
            }
        }
        if self.entitlements.is_empty() {
            return Ok(());
        }
        let one = |id: &wire::ResourceId| {
            let at = roster.of_type(&id.resource_type, &id.resource)?;
            let account = roster.at(at).filter(|it| is_one(it))?;
            Some((at, account, Rc::from(account.name.as_str())))
        };
        let mut names = Names::few(source);
        let mut expansion = Expansion::default();
        let sync = &source.sync.sync_id;
        source
            .reader
            .for_each_grant_row(sync, |row: RowAt, grant| {
                expansion.edges_of(&row, &grant)?;
                match self.holder(&grant).and_then(one) {
                    Some((at, account, name)) => {
                        let line = GrantLine::held_by(name, row, grant, &mut names)?;
                        put(at, account, line)
                    }
                    None => Ok(()),
                }
            })?;
        expansion.read_holders(source)?;
        expansion.for_each(|holder, derived| {
            if !self.entitlements.contains(&derived.entitlement.id) {
                return Ok(());
            }
            match one(holder) {
                Some((at, account, name)) => {
                    let line = GrantLine::derived_by(name, holder, derived, &mut names)?;
                    put(at, account, line)
                }
                None => Ok(()),
            }
        })
    }
}

fn key_of(id: &wire::ResourceId) -> Key {
    Key {
        resource_type: id.resource_type.as_str().into(),
        id: id.resource.clone(),
    }
}

/// The person an account belongs to.
struct Owned<'a> {
    person: Option<&'a Identity>,
    /// What it was matched by, or what it is instead of a person's.
    by: &'static str,
}

impl<'a> Owned<'a> {
    fn of(context: &CheckContext<'a>, owner: &Owner) -> Self {
        let (person, by) = match owner {
            Owner::Person { records, by } => {
                let known = context.known(records);
                (known.first().map(|(_, person)| *person), *by)
            }
            Owner::Program => (None, "program"),
            Owner::Unclear { .. } => (None, "unclear"),
            Owner::Unknown { .. } => (None, "unknown"),
        };
        Self { person, by }
    }
}

/// Somebody who holds it, and the way it came.
struct Holder<'a> {
    app: &'a str,
    account: &'a Identity,
    owned: Owned<'a>,
    lifecycle: Option<Lifecycle>,
    line: GrantLine,
}

fn columns<'a>() -> [Column<Holder<'a>>; 20] {
    [
        column("person", "Person", |h| {
            Cell::some(h.owned.person.map(|person| person.name.as_str()))
        }),
        detail("person_id", |h| {
            let person = h.owned.person;
            person.map_or(Cell::Absent, |person| person.key.to_string().into())
        }),
        column("lifecycle", "Lifecycle", |h| {
            h.lifecycle.map_or(Cell::Absent, |it| it.as_str().into())
        }),
        column("matched_by", "Matched by", |h| h.owned.by.into()),
        column("app", "App", |h| h.app.into()),
        column("account_id", "Account", |h| {
            h.account.key.to_string().into()
        }),
        detail("account_name", |h| h.account.name.as_str().into()),
        column("account_status", "Status", |h| {
            h.account.status.as_str().into()
        }),
        column("slug", "Holds", |h| h.line.held().into()),
        column("resource_name", "On", |h| (&*h.line.resource_name).into()),
        column("how", "How", |h| h.line.how.into()),
        column("via", "Via", |h| Cell::list(&h.line.via)),
        detail("last_login", |h| time(h.account.last_login)),
        detail("mfa", |h| yes_no(h.account.mfa)),
        detail("sso", |h| yes_no(h.account.sso)),
        detail("resource_id", |h| external_id(&h.line.resource).into()),
        detail("entitlement_id", |h| h.line.entitlement_id.as_str().into()),
        detail("entitlement_name", |h| (&*h.line.entitlement.name).into()),
        detail("grant_id", |h| h.line.id.as_str().into()),
        detail("row", |h| {
            h.line.row.as_ref().map_or(Cell::Absent, Cell::row)
        }),
    ]
}
