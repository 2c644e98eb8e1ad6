//! What is readable in the documents of one vendor, arranged for going through them.
//!
//! It is declared as text. Each line is a kind and the places where values of that kind are; lines that begin with `#` are
//! for people.
//!
//! ```text
//! id     data.id data.{manager,site}.id
//! email  data.email
//! cursor page.next ?cursor
//! word   !fields
//! ```
//!
//! A place is a list of keys with points in between; lists in a document do not count. Braces hold alternatives. `*.` at
//! the beginning means anywhere; objects on the way have to be named, too, with the kind `inside`. `?` stands before a
//! query parameter and `!` before a place in a request's body.

use std::collections::HashMap;

/// What a value that is read is, and so what stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// `id`: a number, a UUID and what is as opaque stays; any other text is replaced.
    Id,
    /// `id(remote)`: the same, and these words stay (with `|` in between).
    IdOr(&'static str),
    /// `id-or-text`: an id, or a name in its place.
    IdOrText,
    /// `word`: a word of the vendor's own vocabulary, such as a status, stays. Any text that is not one word is replaced.
    Word,
    /// `label`: what a field, a category or a scope is called, the same for all people; a short text without long numbers
    /// stays.
    Label,
    /// `phrase(not found)`: a text that matters only when it holds one of these phrases (with `|` in between). The phrase
    /// stays and the rest is dropped.
    Phrase(&'static str),
    /// `plain`: a number, a truth value or a word; it stays.
    Plain,
    /// `date`: a day or a moment; it is moved.
    Date,
    /// `email`: an e-mail address.
    Email,
    /// `text`: a name or any other text.
    Text,
    /// `custom`: the value of a custom attribute. It is replaced by one that is kept or left out as it is, by the rules of
    /// [`connector_core::privacy`].
    Custom,
    /// `cursor`: what the vendor hands out to be sent back; it is replaced.
    Cursor,
    /// `link(cursor)`: a link of which this query parameter matters alone, which is a cursor; or the bare cursor.
    Link(&'static str),
    /// `secret`: a credential that the vendor hands out; a word that is always the same stands in its place.
    Secret,
    /// `inside`: an object or a list of objects of which parts are kept.
    Inside,
}

impl Keep {
    fn parse(kind: &'static str) -> Option<Self> {
        let (name, argument) = match kind.split_once('(') {
            Some((name, rest)) => (name, rest.strip_suffix(')')?),
            None => (kind, ""),
        };
        Some(match (name, argument) {
            ("id", "") => Self::Id,
            ("id", words) => Self::IdOr(words),
            ("phrase", phrases) if !phrases.is_empty() => Self::Phrase(phrases),
            ("link", parameter) if !parameter.is_empty() => Self::Link(parameter),
            (_, argument) if !argument.is_empty() => return None,
            ("id-or-text", _) => Self::IdOrText,
            ("word", _) => Self::Word,
            ("label", _) => Self::Label,
            ("plain", _) => Self::Plain,
            ("date", _) => Self::Date,
            ("email", _) => Self::Email,
            ("text", _) => Self::Text,
            ("custom", _) => Self::Custom,
            ("cursor", _) => Self::Cursor,
            ("secret", _) => Self::Secret,
            ("inside", _) => Self::Inside,
            _ => return None,
        })
    }
}

/// What is kept of documents of one kind, by place.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    nodes: Vec<Node>,
    /// Keys that are kept at any place, by node.
    anywhere: HashMap<String, usize>,
    query: HashMap<String, Keep>,
}

#[derive(Debug, Clone, Default)]
struct Node {
    keep: Option<Keep>,
    children: HashMap<String, usize>,
}

/// A place in a document: what is kept of a value there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    node: Option<usize>,
    pub(crate) keep: Option<Keep>,
    /// Whether parts of an object there are kept.
    pub(crate) open: bool,
}

impl Rules {
    /// What is kept of answers. A line that cannot be read keeps nothing.
    pub fn of_answers(readable: &'static str) -> Self {
        Self::new(readable, false)
    }

    /// What is kept of requests.
    pub fn of_requests(readable: &'static str) -> Self {
        Self::new(readable, true)
    }

    fn new(readable: &'static str, requests: bool) -> Self {
        let mut rules = Self {
            nodes: vec![Node::default()],
            ..Self::default()
        };
        for (keep, place) in declared(readable).filter_map(Result::ok) {
            if let Some(name) = place.strip_prefix('?') {
                rules.query.insert(name.to_owned(), keep);
            } else if place.starts_with('!') != requests {
                continue;
            } else if let Some(place) = place.strip_prefix("*.") {
                let (key, rest) = place.split_once('.').unwrap_or((place, ""));
                let next = rules.nodes.len();
                let node = *rules.anywhere.entry(key.to_owned()).or_insert(next);
                if node == next {
                    rules.nodes.push(Node::default());
                }
                rules.add(node, rest, keep);
            } else {
                rules.add(0, place.trim_start_matches('!'), keep);
            }
        }
        rules
    }

    /// The first line that cannot be read.
    pub fn problem(readable: &'static str) -> Option<&'static str> {
        declared(readable).find_map(Result::err)
    }

    /// Adds what is kept at a place below a node.
    fn add(&mut self, node: usize, place: &str, keep: Keep) {
        let mut at = node;
        for key in place.split('.').filter(|key| !key.is_empty()) {
            let next = self.nodes.len();
            let known = self.nodes[at].children.entry(key.to_owned());
            let known = known.or_insert(next);
            at = *known;
            if at == next {
                self.nodes.push(Node::default());
            }
        }
        self.nodes[at].keep = Some(keep);
    }

    /// What is kept of a query parameter.
    pub fn query(&self, name: &str) -> Keep {
        self.query.get(name).copied().unwrap_or(Keep::Id)
    }

    /// The whole document.
    pub(crate) fn root(&self) -> Place {
        Place {
            node: Some(0),
            keep: None,
            open: true,
        }
    }

    /// The value of a key of an object.
    pub(crate) fn below(&self, place: Place, key: &str) -> Place {
        let parent = place.node.and_then(|node| self.nodes.get(node));
        let node = parent.and_then(|node| node.children.get(key));
        let node = node.or_else(|| self.anywhere.get(key)).copied();
        let child = node.and_then(|node| self.nodes.get(node));
        let keep = child.and_then(|node| node.keep);
        let inside = keep == Some(Keep::Inside);
        Place {
            node,
            keep: keep.filter(|_| !inside),
            open: inside || child.is_some_and(|node| !node.children.is_empty()),
        }
    }
}

/// Each place with its kind; a line that cannot be read is an error.
fn declared(
    readable: &'static str,
) -> impl Iterator<Item = std::result::Result<(Keep, String), &'static str>> {
    let lines = readable.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.flat_map(|line| {
        // An argument may have blanks in it.
        let end = match (line.find(')'), line.find(' ')) {
            (Some(end), Some(blank)) if line[..blank].contains('(') => end + 1,
            (_, blank) => blank.unwrap_or(line.len()),
        };
        let (kind, places) = line.split_at(end);
        let places = places.split_whitespace().flat_map(alternatives);
        match Keep::parse(kind) {
            Some(keep) => places.map(|place| Ok((keep, place))).collect(),
            None => vec![Err(line)],
        }
    })
}

/// A place with each of the alternatives in its braces.
fn alternatives(place: &str) -> Vec<String> {
    let braces = place.split_once('{').and_then(|(before, rest)| {
        let (inside, after) = rest.split_once('}')?;
        Some((before, inside, after))
    });
    let Some((before, inside, after)) = braces else {
        return vec![place.to_owned()];
    };
    let rest = alternatives(after);
    let each = inside.split(',');
    let with = |one: &str| {
        rest.iter()
            .map(|end| format!("{before}{one}{end}"))
            .collect::<Vec<_>>()
    };
    each.flat_map(with).collect()
}

#[cfg(test)]
mod tests;
