//! AC-12: no access is kept after a move to another department.
//!
//! Looked at are people at work whose department was another one in the earlier HR file; a department whose id stayed
//! the same was only renamed. Raised for each of their usable accounts that holds what is typical of the former
//! department and not of the new one: at least `[moves] typical_percent` (usually 50) of the others at work in the
//! former department hold it with a usable account, by any way, and at most `untypical_percent` (usually 10) of the
//! others in the new one. A move from or to a department with fewer than `min_people` (usually 3) others is not judged;
//! how many there are is noted. A person whom another HR file still has in the former department has not left it.
//! Skipped without an earlier HR file, and when there is no move to judge.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use super::{
    ACCESS, Check, CheckContext, Collector, Evidence, Need, Result, Severity, is_usable, listed,
};
use crate::check::context::JoinedApp;
use crate::check::join::{Owner, Record};
use crate::check::moves::{Mover, Moves, Place, folded};
use crate::check::name_of_access;
use crate::identity::fold_text;
use crate::look::{GrantLine, Names};

pub(crate) const CHECK: Check = Check {
    id: "AC-12",
    title: "No access is kept after a move",
    severity: Severity::Medium,
    controls: ACCESS,
    remedy: "Ask the new manager whether the access is still needed, and remove it if not.",
    needs: &[
        Need::EarlierSync,
        Need::Accounts,
        Need::Owners,
        Need::Access,
        Need::Moves,
    ],
    whole_file: false,
    always: false,
    run,
};

fn run(context: &CheckContext<'_>, found: &mut Collector) -> Result<()> {
    let moves = Moves::of(context);
    found
        .notes
        .extend(moves.not_judged().map(|note| format!("{note} (AC-12)")));
    let mut departments = StaffByPlace::new();
    let judged: Vec<Judged<'_, '_>> = moves
        .movers
        .iter()
        .map(|mover| Judged::of(mover, &moves, &mut departments))
        .collect();
    let of_record: HashMap<Record, usize> = (0..)
        .zip(&judged)
        .map(|(at, it)| (it.mover.record, at))
        .collect();
    for app in &context.apps {
        let mut holdings = Holdings::read(app, &judged)?;
        for (at, held) in std::mem::take(&mut holdings.of_movers) {
            let Owner::Person { records, .. } = &app.owners[at] else {
                continue;
            };
            let judged = records
                .iter()
                .filter_map(|it| of_record.get(it))
                .map(|&at| &judged[at]);
            judge(
                context,
                app,
                (at, records),
                &held,
                &mut holdings,
                judged,
                found,
            );
        }
    }
    Ok(())
}

/// The people at work in a department. Many move to the same one.
struct Staff {
    /// Tells it from all others.
    number: usize,
    people: HashSet<Record>,
}

/// Those of each department that a move leads from or to.
type StaffByPlace = HashMap<Place, Rc<Staff>>;

/// A move and those that it is judged by, the mover among them.
struct Judged<'m, 'a> {
    mover: &'m Mover<'a>,
    former: Rc<Staff>,
    new: Rc<Staff>,
}

impl<'m, 'a> Judged<'m, 'a> {
    fn of(mover: &'m Mover<'a>, moves: &Moves<'a>, departments: &mut StaffByPlace) -> Self {
        let [former, new] = moves.staff_of(mover).map(|(place, staff)| {
            let number = departments.len();
            let known = departments.entry(place).or_insert_with(|| {
                let people = staff.iter().copied().collect();
                Rc::new(Staff { number, people })
            });
            Rc::clone(known)
        });
        Self { mover, former, new }
    }
}

/// What an account of a mover holds.
struct HeldByMover {
    /// Number of the entitlement or organisation role.
    what: u32,
    line: GrantLine,
    /// What stands between the entitlements that it follows from.
    between: &'static str,
}

/// Who holds what in an app, as far as moves are judged by it.
#[derive(Default)]
struct Holdings {
    /// Numbers of entitlements, by id, and of organisation roles, by folded name.
    numbers: HashMap<(bool, String), u32>,
    /// Number and holder, each pair once and in order.
    held: Vec<(u32, Record)>,
    /// What the accounts of movers hold, by the account's position.
    of_movers: BTreeMap<usize, Vec<HeldByMover>>,
    /// How many hold something in a department, by the numbers of both.
    counts: HashMap<(u32, usize), usize>,
}

impl Holdings {
    /// Reads the grants of an app once more: only now is it known whose have to be counted.
    fn read(app: &JoinedApp<'_>, judged: &[Judged<'_, '_>]) -> Result<Self> {
        let loaded = app.file.loaded;
        let (source, roster) = (&loaded.source, &loaded.roster);
        let movers: HashSet<Record> = judged.iter().map(|it| it.mover.record).collect();
        let departments = judged.iter().flat_map(|it| [&it.former, &it.new]);
        let departments: HashMap<usize, &Staff> =
            departments.map(|it| (it.number, &**it)).collect();
        let others = departments.values().flat_map(|it| &it.people);
        let counted: HashSet<Record> = others.copied().chain(movers.iter().copied()).collect();
        // The people who are counted, by the position of their usable account.
        let mut people: HashMap<usize, Vec<Record>> = HashMap::new();
        for (at, (account, owner)) in roster.iter().zip(&app.owners).enumerate() {
            if let (true, Owner::Person { records, .. }) = (is_usable(account), owner) {
                let records = records.iter().filter(|it| counted.contains(it)).copied();
                let records: Vec<Record> = records.collect();
                if !records.is_empty() {
                    people.insert(at, records);
                }
            }
        }
        let is_mover = |at: usize| people[&at].iter().any(|record| movers.contains(record));
        let mut this = Self::default();
        let mut names = Names::new(source);
        for (&at, records) in &people {
            let Some(account) = roster.at(at) else {
                continue;
            };
            if let Some(role) = account.org_role.as_deref() {
                let what = this.count(true, fold_text(role), records);
                if is_mover(at) {
                    let id = account.key.to_wire();
                    let line = GrantLine::of_org_role(id, &account.name, role);
                    this.keep(at, what, line, "");
                }
            }
            let id = account.key.to_wire();
            for derived in app.access.expansion.of(&id)? {
                let what = this.count(false, derived.entitlement.id.clone(), records);
                if is_mover(at) {
                    let line = GrantLine::derived(&id, derived, &mut names)?;
                    this.keep(at, what, line, " > ");
                }
            }
        }
        source
            .reader
            .for_each_grant_row(&source.sync.sync_id, |row, grant| {
                let who = grant.principal.as_ref().and_then(|it| it.id.as_ref());
                let at = who.and_then(|id| roster.of_type(&id.resource_type, &id.resource));
                let known = at.and_then(|at| Some((at, people.get(&at)?)));
                let (Some((at, records)), Some(entitlement)) = (known, &grant.entitlement) else {
                    return Ok(());
                };
                let what = this.count(false, entitlement.id.clone(), records);
                if is_mover(at) {
                    let line = GrantLine::new(row, grant, &mut names)?;
                    this.keep(at, what, line, " or ");
                }
                Ok(())
            })?;
        this.held.sort_unstable();
        this.held.dedup();
        Ok(this)
    }

    /// Notes that people hold something, and returns its number.
    fn count(&mut self, is_role: bool, id: String, records: &[Record]) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let what = *self.numbers.entry((is_role, id)).or_insert(next);
        self.held
            .extend(records.iter().map(|&record| (what, record)));
        what
    }

    fn keep(&mut self, at: usize, what: u32, line: GrantLine, between: &'static str) {
        let held = self.of_movers.entry(at).or_default();
        if !held.iter().any(|known| known.what == what) {
            held.push(HeldByMover {
                what,
                line,
                between,
            });
        }
    }

    /// How many others than a person hold it in a department, and how many others there are.
    fn holders(&mut self, what: u32, among: &Staff, person: Record) -> (usize, usize) {
        let held = &self.held;
        let all = *self.counts.entry((what, among.number)).or_insert_with(|| {
            let from = held.partition_point(|(it, _)| *it < what);
            let all = held[from..].iter().take_while(|(it, _)| *it == what);
            all.filter(|(_, record)| among.people.contains(record))
                .count()
        });
        let is_one = among.people.contains(&person);
        let holds = is_one && held.binary_search(&(what, person)).is_ok();
        (
            all - usize::from(holds),
            among.people.len() - usize::from(is_one),
        )
    }
}

fn judge<'m, 'a: 'm>(
    context: &CheckContext<'_>,
    app: &JoinedApp<'_>,
    (at, records): (usize, &[Record]),
    held: &[HeldByMover],
    holdings: &mut Holdings,
    judged: impl Iterator<Item = &'m Judged<'m, 'a>>,
    found: &mut Collector,
) {
    let Some(account) = app.file.loaded.roster.at(at) else {
        return;
    };
    let limits = context.policy.moves;
    for it in judged {
        let mover = it.mover;
        let former = folded(mover.before);
        let known = context.known(records);
        if known.iter().any(|(_, person)| folded(person) == former) {
            continue;
        }
        let mut share = |what, among: &Staff| {
            let (holders, others) = holdings.holders(what, among, mover.record);
            (holders * 100, others)
        };
        let is_kept = |held: &&HeldByMover| {
            let (had, of) = share(held.what, &it.former);
            let (have, others) = share(held.what, &it.new);
            had >= of * usize::from(limits.typical_percent)
                && have <= others * usize::from(limits.untypical_percent)
        };
        let mut kept: Vec<(String, &GrantLine)> = held
            .iter()
            .filter(is_kept)
            .map(|held| (shown(held), &held.line))
            .collect();
        if kept.is_empty() {
            continue;
        }
        kept.sort_by(|(a, _), (b, _)| a.cmp(b));
        let department = |person: &crate::identity::Identity| {
            person.department.as_deref().unwrap_or_default().to_owned()
        };
        let (left, joined) = (department(mover.before), department(mover.person));
        let names = listed(kept.iter().map(|(name, _)| name.as_str()), 3);
        let message = format!(
            "holds {names}, usual in {left} and not in {joined}; {} moved there from {left}",
            mover.person.name
        );
        let mut rows = vec![app.file.evidence(account, "an account of theirs")];
        rows.extend(kept.iter().filter_map(|(name, line)| {
            Some(Evidence {
                file: app.file.file,
                at: line.row.clone()?,
                external_id: line.id.clone(),
                says: format!("holds {name}"),
            })
        }));
        rows.push(
            mover
                .now
                .evidence(mover.person, format!("department {joined}")),
        );
        let before = format!("department {left} before");
        rows.push(mover.earlier.evidence(mover.before, before));
        let access = kept.iter().map(|(name, _)| name.clone()).collect();
        found.raise_access(app.file.subject(account), message, rows, access);
        return;
    }
}

/// What is held and the way to it, for people.
fn shown(HeldByMover { line, between, .. }: &HeldByMover) -> String {
    let id = &line.entitlement_id;
    let name = match line.how {
        "org_role" => line.held().to_owned(),
        _ => {
            let slug = match line.entitlement.slug.is_empty() {
                true => id.rsplit(':').next().unwrap_or_default(),
                false => &line.entitlement.slug,
            };
            name_of_access(id, &line.entitlement.name, slug, &line.resource_name)
        }
    };
    match line.via.is_empty() {
        true => name,
        false => format!("{name} via {}", line.via.join(between)),
    }
}
