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

use super::{
    ACCESS, Check, CheckContext, Collector, Evidence, Need, Result, Severity, is_usable, listed,
};
use crate::check::context::JoinedApp;
use crate::check::join::{Owner, Record};
use crate::check::moves::{Mover, Moves, folded};
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
    let judged: Vec<Judged<'_, '_>> = moves
        .movers
        .iter()
        .map(|mover| Judged::of(mover, &moves))
        .collect();
    for app in &context.apps {
        let holdings = Holdings::read(app, &judged)?;
        for (&at, held) in &holdings.of_movers {
            judge(context, app, at, held, &holdings, &judged, found);
        }
    }
    Ok(())
}

/// A move and the others that it is judged by.
struct Judged<'m, 'a> {
    mover: &'m Mover<'a>,
    former: HashSet<Record>,
    new: HashSet<Record>,
}

impl<'m, 'a> Judged<'m, 'a> {
    fn of(mover: &'m Mover<'a>, moves: &Moves<'a>) -> Self {
        let [former, new] = moves.others(mover).map(HashSet::from_iter);
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
}

impl Holdings {
    /// Reads the grants of an app once more: only now is it known whose have to be counted.
    fn read(app: &JoinedApp<'_>, judged: &[Judged<'_, '_>]) -> Result<Self> {
        let loaded = app.file.loaded;
        let (source, roster) = (&loaded.source, &loaded.roster);
        let movers: HashSet<Record> = judged.iter().map(|it| it.mover.record).collect();
        let others = judged.iter().flat_map(|it| it.former.iter().chain(&it.new));
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

    /// How many of these people hold it.
    fn holders(&self, what: u32, among: &HashSet<Record>) -> usize {
        let from = self.held.partition_point(|(it, _)| *it < what);
        let all = self.held[from..].iter().take_while(|(it, _)| *it == what);
        all.filter(|(_, record)| among.contains(record)).count()
    }
}

fn judge(
    context: &CheckContext<'_>,
    app: &JoinedApp<'_>,
    at: usize,
    held: &[HeldByMover],
    holdings: &Holdings,
    judged: &[Judged<'_, '_>],
    found: &mut Collector,
) {
    let (Some(account), Owner::Person { records, .. }) =
        (app.file.loaded.roster.at(at), &app.owners[at])
    else {
        return;
    };
    let limits = context.policy.moves;
    for it in judged
        .iter()
        .filter(|it| records.contains(&it.mover.record))
    {
        let mover = it.mover;
        let former = folded(mover.before);
        let known = context.known(records);
        if known.iter().any(|(_, person)| folded(person) == former) {
            continue;
        }
        let share =
            |what, among: &HashSet<Record>| (holdings.holders(what, among) * 100, among.len());
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
