//! Pages, filters and what a query may ask.

use serde_json::{Value, json};

use super::options::{Drift, HumaansOptions, PeopleDefault, StatusAll, Total};
use super::{Collection, Tenant, people};

/// Records on one page when the request states no limit.
const USUAL_PAGE: usize = 100;

/// A listing as the caller requested it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Query {
    limit: Option<usize>,
    skip: usize,
    as_of: Option<String>,
    filters: Vec<Filter>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Filter {
    field: String,
    test: Test,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Is,
    In,
    NotIn,
    Above,
    From,
    Below,
    UpTo,
}

impl Query {
    /// The query in decoded pairs, or what is wrong with it.
    pub(crate) fn parse(pairs: &[(String, String)]) -> Result<Self, String> {
        let mut query = Self::default();
        for (key, value) in pairs {
            let number = || {
                let number = value.parse::<usize>();
                number.map_err(|_| format!("{key} must be a number"))
            };
            match key.as_str() {
                "$limit" => query.limit = Some(number()?),
                "$skip" => query.skip = number()?,
                "$asOf" => query.as_of = Some(value.clone()),
                _ if key.starts_with("$sort") || key == "$or" => {}
                _ if key.starts_with('$') => return Err(format!("Invalid query parameter {key}")),
                _ => query.filters.push(filter(key, value)?),
            }
        }
        Ok(query)
    }

    /// Whether it is for a page behind the first one.
    pub(crate) fn is_later(&self) -> bool {
        self.skip > 0
    }

    /// A status that it filters by and that no person can have.
    pub(crate) fn unknown_status(&self, options: &HumaansOptions) -> Option<&str> {
        let known = [options.new_hire_word, "active", "offboarded"];
        let mut asked = self
            .filters
            .iter()
            .filter(|f| f.field == "status" && f.test == Test::Is);
        asked.find_map(|f| (!known.contains(&f.value.as_str())).then_some(f.value.as_str()))
    }

    /// Whether the page holds nothing although there are records.
    fn is_emptied(&self, which: Collection, options: &HumaansOptions) -> bool {
        let Some((status, from)) = options.empty_from else {
            return false;
        };
        let asks = |f: &Filter| f.field == "status" && f.value == status;
        // A page of one record is a probe.
        which == Collection::People
            && self.skip >= from
            && self.limit != Some(1)
            && self.filters.iter().any(asks)
    }

    /// Whether a record of a collection is wanted.
    fn wants(&self, which: Collection, options: &HumaansOptions, record: &Value) -> bool {
        let mut status_asked = false;
        for filter in &self.filters {
            if options.ignore_status && filter.field == "status" {
                status_asked = true;
                continue;
            }
            let all = which == Collection::People
                && filter.field == "status"
                && filter.value == "all"
                && options.status_all == StatusAll::Special;
            status_asked |= filter.field == "status";
            if !all && !filter.matches(record) {
                return false;
            }
        }
        if which == Collection::People
            && !status_asked
            && options.people_default == PeopleDefault::Active
        {
            return text(&record["status"]).as_deref() == Some("active");
        }
        true
    }
}

fn filter(key: &str, value: &str) -> Result<Filter, String> {
    let (field, test) = match key.split_once('[') {
        None => (key, Test::Is),
        Some((field, operator)) => {
            let test = match operator.trim_end_matches(']').trim_end_matches("][") {
                "$in" | "$in][" => Test::In,
                "$nin" | "$nin][" => Test::NotIn,
                "$gt" => Test::Above,
                "$gte" => Test::From,
                "$lt" => Test::Below,
                "$lte" => Test::UpTo,
                _ => return Err(format!("Invalid query parameter {key}")),
            };
            (field, test)
        }
    };
    Ok(Filter {
        field: field.to_owned(),
        test,
        value: value.to_owned(),
    })
}

impl Filter {
    fn matches(&self, record: &Value) -> bool {
        if let Value::Array(list) = &record[&self.field] {
            return list.iter().any(|e| e["name"].as_str() == Some(&self.value));
        }
        let found = text(&record[&self.field]);
        let found = found.as_deref();
        let any = || self.value.split(',').any(|v| found == Some(v));
        match self.test {
            Test::Is => found == Some(&self.value),
            Test::In => any(),
            Test::NotIn => !any(),
            Test::Above => found.is_some_and(|f| f > self.value.as_str()),
            Test::From => found.is_some_and(|f| f >= self.value.as_str()),
            Test::Below => found.is_some_and(|f| f < self.value.as_str()),
            Test::UpTo => found.is_some_and(|f| f <= self.value.as_str()),
        }
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether a token with or without access to private data sees a record at all.
pub(crate) fn shows(which: Collection, private: bool, record: &Value) -> bool {
    private || which != Collection::People || record["status"].as_str() == Some("active")
}

/// What such a token sees of a record.
pub(crate) fn shown(which: Collection, private: bool, record: &Value) -> Value {
    if private || which != Collection::People {
        return record.clone();
    }
    people::as_public(record)
}

/// One page of a collection, as a token with or without access to private data sees it.
pub(crate) fn page(
    tenant: &Tenant,
    which: Collection,
    records: &[Value],
    private: bool,
    query: &Query,
) -> Value {
    let options = &tenant.options;
    // The filter comes first: it works on the record as it is, whatever the token sees of it.
    let wanted = records.iter().filter(|r| query.wants(which, options, r));
    let mut found: Vec<&Value> = match &query.as_of {
        Some(day) if which == Collection::JobRoles => in_effect(wanted, day),
        _ => wanted.collect(),
    };
    found.retain(|r| shows(which, private, r));
    let limit = query.limit.unwrap_or(USUAL_PAGE).min(options.max_limit);
    let skip = if options.ignore_skip { 0 } else { query.skip };
    let data: Vec<Value> = found
        .iter()
        .skip(skip)
        .take(limit)
        .take_while(|_| !query.is_emptied(which, options))
        .map(|r| shown(which, private, r))
        .collect();
    let total = match options.total {
        Total::Absent => return json!({"data": data}),
        Total::True => found.len(),
        Total::TooHigh(more) => found.len() + more,
        Total::UpToHere => skip + data.len(),
    };
    json!({"total": total, "limit": limit, "skip": skip, "data": data})
}

/// The people after so many changes.
pub(crate) fn drifted(records: &[Value], drift: Drift, changes: usize) -> Vec<Value> {
    let is_active = |r: &Value| r["status"] == "active";
    let mut records = records.to_vec();
    for change in 0..changes {
        let Some(first) = records.iter().position(is_active) else {
            break;
        };
        match drift {
            Drift::None => {}
            Drift::Removed(_) => drop(records.remove(first)),
            Drift::Offboarded(_) => records[first]["status"] = "offboarded".into(),
            Drift::Added(_) => {
                let mut added = records[first].clone();
                added["id"] = format!("pRs0nAdded{change}").into();
                records.insert(0, added);
            }
        }
    }
    records
}

/// For each person the record in effect on a day.
fn in_effect<'a>(records: impl Iterator<Item = &'a Value>, day: &str) -> Vec<&'a Value> {
    let mut latest: Vec<&Value> = Vec::new();
    for record in records {
        let from = record["effectiveDate"].as_str().unwrap_or("9999");
        if from > day {
            continue;
        }
        let same = |r: &&mut &Value| r["personId"] == record["personId"];
        match latest.iter_mut().find(same) {
            Some(known) if known["effectiveDate"].as_str().unwrap_or("") < from => *known = record,
            Some(_) => {}
            None => latest.push(record),
        }
    }
    latest
}
