//! Rules as text: `[METHOD] [/path] [#n | #n-m | #n- | every:n] -> FAULT [key=value …]`.

use std::str::FromStr;
use std::time::Duration;

use axum::http::Method;
use connector_core::{Error, ErrorKind, Result};

use super::{Answer, Fault, Rule, Wait, When};

const FAULTS: &str = "a fault is a status such as 429 (with retry-after=3, retry-date=30, reset=20, body=TEXT or \
    header:NAME=VALUE), html, truncated, reset, drop, hang, hang-body, slow (chunks=10 delay-ms=100), oversized \
    (bytes=1000000), redirect (to=URL) or gzip";

impl FromStr for Rule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (target, fault) = text
            .split_once("->")
            .ok_or_else(|| bad(text, "it has no '->' before the fault"))?;
        let mut rule = Self::always(parse_fault(text, fault)?);
        for word in target.split_whitespace() {
            if let Some(numbers) = word.strip_prefix('#') {
                rule.when = parse_numbers(text, numbers)?;
            } else if let Some(n) = word.strip_prefix("every:") {
                rule.when = When::Every(number(text, n)?);
            } else if word.starts_with('/') {
                rule.path = Some(word.to_owned());
            } else if word.chars().all(|c| c.is_ascii_uppercase()) {
                rule.method = Method::from_bytes(word.as_bytes()).ok();
            } else {
                return Err(bad(
                    text,
                    &format!("'{word}' is not a method, path or number"),
                ));
            }
        }
        Ok(rule)
    }
}

fn bad(text: &str, why: &str) -> Error {
    Error::new(
        ErrorKind::Usage,
        format!("the fault rule '{text}' cannot be used: {why}"),
    )
    .hint("write for example 'POST /people/search #1-2 -> 429 retry-after=3'")
}

fn number<T: FromStr>(text: &str, word: &str) -> Result<T> {
    word.parse()
        .map_err(|_| bad(text, &format!("'{word}' is not a usable number")))
}

fn parse_numbers(text: &str, word: &str) -> Result<When> {
    Ok(match word.split_once('-') {
        None => When::Nth(number(text, word)?),
        Some((from, "")) => When::From(number(text, from)?),
        Some((from, to)) => When::Range(number(text, from)?..=number(text, to)?),
    })
}

fn parse_fault(text: &str, words: &str) -> Result<Fault> {
    let mut words = words.split_whitespace();
    let name = words.next().ok_or_else(|| bad(text, FAULTS))?;
    let mut options = Vec::new();
    for word in words {
        let pair = word
            .split_once('=')
            .ok_or_else(|| bad(text, &format!("'{word}' is not key=value")))?;
        options.push(pair);
    }
    let options = Options { text, options };
    let fault = match name {
        "html" => Fault::Html,
        "truncated" => Fault::Truncated,
        "reset" => Fault::Reset,
        "drop" => Fault::DropMidBody,
        "hang" => Fault::Hang,
        "hang-body" => Fault::HangMidBody,
        "gzip" => Fault::Gzip,
        "slow" => Fault::Slow {
            chunks: options.number("chunks", 10)?,
            delay: Duration::from_millis(options.number("delay-ms", 100)?),
        },
        "oversized" => Fault::Oversized {
            padding: options.number("bytes", 1 << 30)?,
            declared: options.get("declared") == Some("true"),
        },
        "redirect" => Fault::Redirect {
            status: options.number("status", 302)?,
            location: options
                .get("to")
                .ok_or_else(|| bad(text, "a redirect needs to=URL"))?
                .to_owned(),
        },
        status => {
            let status = status.parse().map_err(|_| bad(text, FAULTS))?;
            return options.answer(status);
        }
    };
    options.known(&["chunks", "delay-ms", "bytes", "declared", "status", "to"])?;
    Ok(fault)
}

/// The `key=value` words after a fault's name.
struct Options<'a> {
    text: &'a str,
    options: Vec<(&'a str, &'a str)>,
}

impl<'a> Options<'a> {
    fn get(&self, key: &str) -> Option<&'a str> {
        self.options
            .iter()
            .find_map(|&(k, v)| (k == key).then_some(v))
    }

    fn number<T: FromStr>(&self, key: &str, default: T) -> Result<T> {
        self.get(key).map_or(Ok(default), |v| number(self.text, v))
    }

    fn known(&self, keys: &[&str]) -> Result<()> {
        match self.options.iter().find(|(k, _)| !keys.contains(k)) {
            Some((key, _)) => Err(bad(self.text, &format!("'{key}' is not known here"))),
            None => Ok(()),
        }
    }

    fn answer(&self, status: u16) -> Result<Fault> {
        if !(100..=999).contains(&status) {
            return Err(bad(self.text, &format!("{status} is not a status")));
        }
        let mut answer = Answer::status(status);
        for &(key, value) in &self.options {
            match key {
                "retry-after" => answer.wait = Wait::Seconds(number(self.text, value)?),
                "retry-date" => answer.wait = Wait::Date(number(self.text, value)?),
                "reset" => answer.wait = Wait::Reset(number(self.text, value)?),
                "body" => value.clone_into(&mut answer.body),
                _ => {
                    let name = key
                        .strip_prefix("header:")
                        .ok_or_else(|| bad(self.text, &format!("'{key}' is not known here")))?;
                    answer = answer.header(name, value);
                }
            }
        }
        Ok(answer.into())
    }
}

#[cfg(test)]
mod tests;
