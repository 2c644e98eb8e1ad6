//! `who-can`: everybody who holds an entitlement or a role, by any way, over all files, with the person that each
//! account belongs to.
//!
//! Grants stream twice: first to learn who holds what is asked for, then to print it with the people whose accounts
//! these are. What is kept grows with the number of holders and not with the files.

use std::collections::HashSet;
use std::rc::Rc;

use connector_c1z::{RowAt, wire};
use connector_core::{Error, ErrorKind, Result, text};

use super::chosen::{Above, Chosen, Marks};
use super::context::{AppsRead, CheckContext, NumberedFile};
use super::files::FilesArgs;
use super::join::Owner;
use super::policy::{Pattern, Place};
use crate::console::{Console, Outcome, write_failed};
use crate::expansion::Expansion;
use crate::identity::{Identity, Key, Lifecycle};
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

/// Runs the command.
pub(crate) fn who_can(args: &WhoCanArgs, console: &mut Console<'_>) -> Result<Outcome> {
    let policy = args.files.policy()?;
    let files = Chosen::open(&args.files.paths(), &args.day, &args.open)?;
    let what = Pattern::new(&args.what, Place::default());
    let mut wanted = Vec::new();
    for source in files.hr().chain(files.apps()) {
        wanted.push(Wanted::read(source, &what)?);
    }
    let apps = files.hr().len();
    let asked: Vec<(usize, Key)> = wanted[..apps]
        .iter()
        .enumerate()
        .flat_map(|(file, it)| it.holders.iter().map(move |key| (file, key.clone())))
        .collect();
    let holds = |at: usize, account: &Identity| {
        let role = account.org_role.as_deref();
        wanted[apps + at].holders.contains(&account.key) || role.is_some_and(|role| what.fits(role))
    };
    let input = files.input(
        &asked,
        Above::Nobody,
        Marks::default(),
        holds,
        &policy,
        &args.day,
    )?;
    let day = input.day(&args.day)?;
    let context = CheckContext::new(&input, &policy, day, AppsRead::Owners)?;
    let labels: Vec<String> = input.files().into_iter().map(|file| file.label).collect();
    let columns = columns();
    let mut table = Table::new(console, args.format.format(), headings(&columns));
    let mut each = |holder| table.row(&cells(&columns, &holder));
    let mut groups = 0;
    for (&hr, wanted) in context.hr.iter().zip(&wanted) {
        let of = |person| Owned {
            person: Some(person),
            by: "HR record",
        };
        let file = (hr, &*labels[hr.file]);
        groups += wanted.print(&context, file, &what, |_, person| of(person), &mut each)?;
    }
    for (app, wanted) in context.apps.iter().zip(&wanted[apps..]) {
        let owner = |at: usize, _| Owned::of(&context, &app.owners[at]);
        let file = (app.file, &*labels[app.file.file]);
        groups += wanted.print(&context, file, &what, owner, &mut each)?;
    }
    let rows = table.finish()?;
    if rows == 0 && wanted.iter().all(|it| it.entitlements.is_empty()) {
        let message = format!("no entitlement and no role in the files is {}", args.what);
        return Err(Error::new(ErrorKind::Usage, message)
            .hint("give an id, a short name or a name as `baton-audit grants --csv` lists them; * stands for any text"));
    }
    if groups > 0 {
        let held = text::counted(groups, "grant");
        let note =
            format!("{held} of it to groups; members are listed where the grant is to be expanded");
        writeln!(console.err, "note: {note}").map_err(write_failed)?;
    }
    Ok(Outcome::Clean)
}

/// What is asked for in one file, and who holds it.
struct Wanted {
    entitlements: HashSet<String>,
    holders: HashSet<Key>,
}

impl Wanted {
    fn read(source: &Source, what: &Pattern) -> Result<Self> {
        let (reader, sync) = (&source.reader, &source.sync.sync_id);
        let mut names = Names::few(source);
        let mut wanted = Self {
            entitlements: HashSet::new(),
            holders: HashSet::new(),
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
        let mut expansion = Expansion::default();
        reader.for_each_grant_row(sync, |row, grant| {
            expansion.edges_of(&row, &grant)?;
            if let Some(principal) = wanted.holder(&grant) {
                wanted.holders.insert(key_of(principal));
            }
            Ok(())
        })?;
        expansion.read_holders(source)?;
        expansion.for_each(|holder, derived| {
            if wanted.entitlements.contains(&derived.entitlement.id) {
                wanted.holders.insert(key_of(holder));
            }
            Ok(())
        })?;
        Ok(wanted)
    }

    /// Who holds what is asked for by this grant.
    fn holder<'g>(&self, grant: &'g wire::Grant) -> Option<&'g wire::ResourceId> {
        let entitlement = grant.entitlement.as_ref()?;
        let is_wanted = self.entitlements.contains(&entitlement.id);
        grant.principal.as_ref()?.id.as_ref().filter(|_| is_wanted)
    }

    /// Calls `each` with all people and accounts of a file that hold it, and returns how many grants of it are to
    /// something else, such as a group.
    fn print<'a>(
        &self,
        context: &CheckContext<'a>,
        (file, label): (NumberedFile<'a>, &'a str),
        what: &Pattern,
        owner: impl Fn(usize, &'a Identity) -> Owned<'a>,
        each: &mut dyn FnMut(Holder<'a>) -> Result<()>,
    ) -> Result<usize> {
        let (source, roster) = (&file.loaded.source, &file.loaded.roster);
        let mut others = 0;
        let mut put = |at: Option<usize>, line: GrantLine| {
            let Some((at, account)) = at.and_then(|at| Some((at, roster.at(at)?))) else {
                others += 1;
                return Ok(());
            };
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
        for (at, account) in roster.iter().enumerate() {
            if let Some(role) = account.org_role.as_deref().filter(|role| what.fits(role)) {
                let id = account.key.to_wire();
                put(Some(at), GrantLine::of_org_role(id, &account.name, role))?;
            }
        }
        if self.entitlements.is_empty() {
            return Ok(0);
        }
        let at = |id: &wire::ResourceId| roster.of_type(&id.resource_type, &id.resource);
        let name_of = |at: Option<usize>| {
            let account = at.and_then(|at| roster.at(at));
            Rc::from(account.map_or("", |account| account.name.as_str()))
        };
        let mut names = Names::few(source);
        let mut expansion = Expansion::default();
        let sync = &source.sync.sync_id;
        source
            .reader
            .for_each_grant_row(sync, |row: RowAt, grant| {
                expansion.edges_of(&row, &grant)?;
                match self.holder(&grant).map(&at) {
                    Some(at) => {
                        let name = name_of(at);
                        put(at, GrantLine::held_by(name, row, grant, &mut names)?)
                    }
                    None => Ok(()),
                }
            })?;
        expansion.read_holders(source)?;
        expansion.for_each(|holder, derived| {
            let is_wanted = self.entitlements.contains(&derived.entitlement.id);
            match at(holder).filter(|_| is_wanted) {
                Some(at) => {
                    let name = name_of(Some(at));
                    let line = GrantLine::derived_by(name, holder, derived, &mut names)?;
                    put(Some(at), line)
                }
                None => Ok(()),
            }
        })?;
        Ok(others)
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
