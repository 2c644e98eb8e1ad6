//! Plots over days as inline SVG: lines, and dots. Drawn without a word of style, so that the page's own sheet gives them
//! their colours, and with the numbers in a table beside them for whoever does not see them.

use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use super::parts::count;

const WIDTH: i64 = 760;
const HEIGHT: i64 = 240;
/// Room for the numbers on the left, and around the plot.
const LEFT: i64 = 52;
const RIGHT: i64 = 16;
const TOP: i64 = 12;
const BOTTOM: i64 = 28;
/// Lines across the plot.
const STEPS: u64 = 4;
/// Dates below the plot, at most.
const DATES: usize = 7;

/// The frame of a plot: from day to day, from 0 to the largest number.
pub(super) struct Plot<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    /// What the plot shows, for whoever does not see it.
    pub(super) says: &'a str,
    pub(super) first: Date,
    pub(super) last: Date,
    pub(super) most: u64,
}

/// A line: its class, its name, and its numbers by day.
pub(super) struct Line {
    pub(super) class: &'static str,
    pub(super) name: &'static str,
    pub(super) points: Vec<(Date, u64)>,
}

/// A dot: its class, its day and its number.
pub(super) struct Dot {
    pub(super) class: &'static str,
    pub(super) day: Date,
    pub(super) n: u64,
}

impl Plot<'_> {
    /// The plot with lines, each of which has a dot for each day.
    pub(super) fn lines(&self, lines: &[Line]) -> Markup {
        let names: Vec<_> = lines.iter().map(|line| (line.class, line.name)).collect();
        let path = |line: &Line| {
            let places = line.points.iter();
            let places = places.map(|&(day, n)| format!("{},{}", self.x(day), self.y(n)));
            places.collect::<Vec<_>>().join(" ")
        };
        let inside = html! {
            @for line in lines {
                g class=(line.class) {
                    polyline points=(path(line)) {}
                    @for &(day, n) in &line.points { (self.dot(day, n)) }
                }
            }
        };
        self.framed(&names, None, inside)
    }

    /// The plot with dots of these kinds, and a line at a limit.
    pub(super) fn dots(
        &self,
        names: &[(&'static str, &'static str)],
        dots: &[Dot],
        limit: Option<u64>,
    ) -> Markup {
        let inside = html! {
            @for dot in dots { g class=(dot.class) { (self.dot(dot.day, dot.n)) } }
        };
        self.framed(names, limit, inside)
    }

    fn dot(&self, day: Date, n: u64) -> Markup {
        html! { circle cx=(self.x(day)) cy=(self.y(n)) r="3" { title { (day) ": " (count(n)) } } }
    }

    fn framed(
        &self,
        names: &[(&'static str, &'static str)],
        limit: Option<u64>,
        inside: Markup,
    ) -> Markup {
        let (title, says) = (format!("{}-title", self.id), format!("{}-says", self.id));
        let most = self.most.max(1);
        let steps = most.min(STEPS);
        let bottom = HEIGHT - BOTTOM;
        html! {
            figure.plot id=(self.id) {
                figcaption {
                    (self.title)
                    @for (class, name) in names {
                        " " span.nowrap { svg.mark viewBox="0 0 10 10" aria-hidden="true" { g class=(class) { circle cx="5" cy="5" r="4" {} } } (name) }
                    }
                }
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-labelledby={ (title) " " (says) } {
                    title id=(title) { (self.title) }
                    desc id=(says) { (self.says) }
                    @for n in (0..=steps).map(|step| most * step / steps) {
                        line.grid x1=(LEFT) x2=(WIDTH - RIGHT) y1=(self.y(n)) y2=(self.y(n)) {}
                        text x=(LEFT - 8) y=(self.y(n) + 4) text-anchor="end" { (count(n)) }
                    }
                    @for (day, anchor) in self.dates() {
                        text x=(self.x(day)) y=(bottom + 20) text-anchor=(anchor) { (day) }
                    }
                    @if let Some(limit) = limit.filter(|limit| *limit <= most) {
                        line.limit x1=(LEFT) x2=(WIDTH - RIGHT) y1=(self.y(limit)) y2=(self.y(limit)) {}
                        text x=(WIDTH - RIGHT) y=(self.y(limit) - 4) text-anchor="end" { "limit: " (count(limit)) }
                    }
                    (inside)
                }
            }
            "\n"
        }
    }

    /// Days below the plot that are apart enough to be read.
    fn dates(&self) -> Vec<(Date, &'static str)> {
        let days = self.days();
        let gaps = i64::try_from(DATES - 1).unwrap_or(1).min(days.max(1));
        let date = |at: i64| {
            let day = self.first.saturating_add((days * at / gaps).days());
            let anchor = match at {
                0 => "start",
                at if at == gaps => "end",
                _ => "middle",
            };
            (day, anchor)
        };
        match days {
            0 => vec![(self.first, "start")],
            _ => (0..=gaps).map(date).collect(),
        }
    }

    fn days(&self) -> i64 {
        i64::from((self.last - self.first).get_days()).max(0)
    }

    fn x(&self, day: Date) -> i64 {
        let at = i64::from((day - self.first).get_days()).clamp(0, self.days());
        LEFT + at * (WIDTH - LEFT - RIGHT) / self.days().max(1)
    }

    fn y(&self, n: u64) -> i64 {
        let room = u64::try_from(HEIGHT - TOP - BOTTOM).unwrap_or(0);
        let up = n.min(self.most) * room / self.most.max(1);
        HEIGHT - BOTTOM - i64::try_from(up).unwrap_or(0)
    }
}
