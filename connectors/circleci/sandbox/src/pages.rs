//! Pages of the member list.

use axum::http::request::Parts;
use serde_json::{Value, json};

use super::options::{CircleCiOptions, Envelope, Paging};
use connector_sandbox::request::query;

/// The member list's answer; `Err` for a token that was never given out.
pub(crate) fn page(
    options: &CircleCiOptions,
    head: &Parts,
    all: usize,
    record: impl Fn(usize) -> Value,
) -> Result<Value, ()> {
    if let Some(raw) = &options.raw_members {
        return Ok(raw.clone());
    }
    if options.envelope == Envelope::Array {
        return Ok((0..all).map(record).collect());
    }
    let parameter = match options.envelope {
        Envelope::Data => "page[cursor]",
        _ => "page-token",
    };
    if head.uri.query().is_some_and(|query| query.contains('+')) {
        // A plus that is not escaped means a blank, and no token has one.
        return Err(());
    }
    let asked = query(head, parameter).filter(|token| !token.is_empty());
    let asked = match asked {
        Some(token) => Some(Token::read(&token).ok_or(())?),
        None => None,
    };
    let (rows, next) = rows(options, asked, all);
    let items = rows.map(record).collect();
    Ok(wrapped(options, items, next))
}

/// A place in the listing: opaque, with every character that must be escaped in a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token {
    /// The page after it.
    page: usize,
    /// Whether the empty page before it has been given out.
    after_empty: bool,
}

impl Token {
    fn text(self) -> String {
        let mark = if self.after_empty { '/' } else { '+' };
        format!("AYq2x{mark}{:06}+/==", self.page)
    }

    fn read(text: &str) -> Option<Self> {
        let inner = text.strip_prefix("AYq2x")?.strip_suffix("+/==")?;
        let (mark, page) = inner.split_at_checked(1)?;
        let token = Self {
            page: page.parse().ok()?,
            after_empty: mark == "/",
        };
        (token.text() == text).then_some(token)
    }
}

/// The rows of a page and the token of the next one.
fn rows(
    options: &CircleCiOptions,
    asked: Option<Token>,
    all: usize,
) -> (std::ops::Range<usize>, Option<Token>) {
    let size = options.page_size.max(1);
    let plain = |page| Token {
        page,
        after_empty: false,
    };
    let page = asked.map_or(0, |token| token.page);
    match options.paging {
        Paging::SameToken => return (0..size.min(all), Some(plain(1))),
        Paging::FreshTokens => return (0..size.min(all), Some(plain(page + 1))),
        Paging::EmptyPages if asked.is_some_and(|token| !token.after_empty) => {
            let next = Token {
                page,
                after_empty: true,
            };
            return (0..0, Some(next));
        }
        _ => {}
    }
    let from = (page * size).min(all);
    let to = (from + size).min(all);
    let next = (to < all).then(|| plain(page + 1));
    let repeated = usize::from(options.paging == Paging::Overlapping && page > 0);
    (from - repeated..to, next)
}

fn wrapped(options: &CircleCiOptions, items: Vec<Value>, next: Option<Token>) -> Value {
    let next = next.map(Token::text);
    let next = match options.paging {
        Paging::EmptyTokenAtEnd => Some(next.unwrap_or_default()),
        _ => next,
    };
    match options.envelope {
        Envelope::Items | Envelope::Array => json!({"items": items, "next_page_token": next}),
        Envelope::Users => json!({"users": items, "next_page_token": next}),
        Envelope::Members => json!({"members": items, "next_page_token": next}),
        Envelope::Data => {
            let data: Vec<Value> = items.into_iter().map(resource).collect();
            json!({"data": data, "page": {"next": next, "prev": null}})
        }
    }
}

/// A record in the form of the third version of the API.
fn resource(mut record: Value) -> Value {
    let id = record["id"].take();
    if let Value::Object(fields) = &mut record {
        fields.remove("id");
    }
    json!({"id": id, "type": "user", "attributes": record})
}

#[cfg(test)]
mod tests;
