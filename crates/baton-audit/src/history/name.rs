//! What a system is called by the paths of its files: the names without their dates.

use std::path::{Component, Path};

/// The name of the system that the file at `path` is of: the file's name without its ending and without a date in it
/// (`staff-2026-03-01.c1z` and `staff.20260301T0900Z.c1z` are of `staff`). A name that is only a date says nothing;
/// the directory above then names the system. With the directory that was looked through, `below`, the names of the
/// directories between are part of it (`okta/sync`), also without their dates.
pub(crate) fn system_of(path: &Path, below: Option<&Path>) -> String {
    let within = below.and_then(|dir| path.strip_prefix(dir).ok());
    let directories = within.unwrap_or(path).parent();
    let directories: Vec<String> = directories
        .into_iter()
        .flat_map(Path::components)
        .filter_map(|part| match part {
            Component::Normal(name) => Some(undated(&name.to_string_lossy())),
            _ => None,
        })
        .filter(|name| !name.is_empty())
        .collect();
    let stem = undated(&path.file_stem().unwrap_or_default().to_string_lossy());
    let parts: Vec<String> = match (below, stem.is_empty()) {
        (Some(_), _) => directories.into_iter().chain([stem]).collect(),
        (None, true) => directories.into_iter().next_back().into_iter().collect(),
        (None, false) => vec![stem],
    };
    let parts: Vec<String> = parts.into_iter().filter(|it| !it.is_empty()).collect();
    match parts.is_empty() {
        true => "file".to_owned(),
        false => parts.join("/"),
    }
}

/// Whether two paths are one but for dates in names of files and directories.
pub(crate) fn differ_by_date_alone(one: &Path, other: &Path) -> bool {
    let parts = |path: &Path| -> Vec<String> {
        let parent = path.parent().into_iter().flat_map(Path::components);
        let names = parent.map(Component::as_os_str).chain(path.file_stem());
        let names = names.map(|name| undated(&name.to_string_lossy()));
        names.filter(|name| !name.is_empty()).collect()
    };
    one != other && parts(one) == parts(other)
}

/// The text without dates, and times behind them, and what separated these from the rest.
fn undated(text: &str) -> String {
    let is_separator = |c: char| matches!(c, '-' | '_' | '.' | ' ' | ':' | '+');
    let mut kept = String::new();
    let (mut rest, mut separator, mut in_date) = (text, "", false);
    while !rest.is_empty() {
        let end = rest.find(is_separator).unwrap_or(rest.len());
        let token = &rest[..end];
        let gap = rest[end..].find(|c| !is_separator(c));
        let gap = gap.unwrap_or(rest.len() - end);
        in_date = begins_date(token) || in_date && goes_on(token);
        if !in_date && !token.is_empty() {
            if !kept.is_empty() {
                kept.push_str(separator);
            }
            kept.push_str(token);
        }
        separator = &rest[end..end + gap];
        rest = &rest[end + gap..];
    }
    kept
}

/// A year of this century or the last, alone or with more of a date and a time: `2026`, `202603`, `20260301T0900Z`.
fn begins_date(token: &str) -> bool {
    let token = token.strip_suffix(['Z', 'z']).unwrap_or(token);
    let (day, time) = token.split_once(['T', 't']).unwrap_or((token, ""));
    let is_year = day.starts_with("19") || day.starts_with("20");
    is_year && digits(day, &[4, 6, 8, 10, 12, 14]) && (time.is_empty() || digits(time, &[2, 4, 6]))
}

/// What may follow a year: a month, a day, a week, a time.
fn goes_on(token: &str) -> bool {
    let token = token.strip_suffix(['Z', 'z']).unwrap_or(token);
    let token = token.strip_prefix(['W', 'w', 'T', 't']).unwrap_or(token);
    let (day, time) = token.split_once(['T', 't']).unwrap_or((token, ""));
    digits(day, &[1, 2, 3, 4, 6]) && (time.is_empty() || digits(time, &[2, 4, 6]))
}

fn digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
