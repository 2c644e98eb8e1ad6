//! One endpoint's share of the limits: when its next request may be sent. Decisions only, nothing here waits.
//!
//! A gateway with a token bucket states how fast the bucket fills, how much it holds and what is left after each
//! request. As long as it does, the lane keeps its own account of the bucket and sends while there is enough in
//! it. What is in flight may or may not have been counted already, so it is taken off again: an account that is
//! too low costs nothing, because what is not drawn stays in the bucket. And because some gateways fill the
//! bucket once a second instead of all the time, a small rest is never drawn.
//!
//! Without such answers the lane guesses: it starts slowly, doubles its rate each second until the first
//! refusal, then halves it and from there on adds a little each second.

use std::collections::VecDeque;
use std::time::Duration;

use crate::limits::BucketHeaders;

/// Requests per second added each second after the first refusal.
const STEP: f64 = 2.0;
/// The lowest and the highest rate that is guessed.
const SLOWEST: f64 = 1.0;
const FASTEST: f64 = 10_000.0;
/// A pause longer than this proves nothing about what the vendor bears.
const LONGEST_GROWTH: Duration = Duration::from_secs(1);
/// How often a bucket is filled that is not filled all the time, and how wrong two clocks may be about it.
const TICK: Duration = Duration::from_secs(1);
const DRIFT: Duration = Duration::from_millis(1);
/// So that a wait that is nearly over does not spin.
const SHORTEST: Duration = Duration::from_millis(1);
/// What may be caught up at once after a delay of our own.
const CATCH_UP: Duration = Duration::from_millis(100);

/// The limits of one endpoint, as far as they are known.
#[derive(Debug)]
pub(super) struct Lane {
    bucket: Option<Bucket>,
    guess: Guess,
    /// Requests sent and not answered yet.
    open: u32,
    /// Time on the clock before which nothing is sent.
    closed_until: Duration,
}

#[derive(Debug)]
struct Bucket {
    limits: BucketHeaders,
    /// What the bucket held at least at `at`, had everything been drawn that is answered by now.
    base: f64,
    at: Duration,
    /// The answers `base` follows from.
    answers: VecDeque<Remaining>,
    /// How long answers take, in seconds, smoothed.
    trip: f64,
    /// Set when the bucket is filled once a second: a moment by which that had just happened.
    tick: Option<Duration>,
}

/// What one answer stated as left.
#[derive(Debug, Clone, Copy)]
struct Remaining {
    sent_at: Duration,
    answered_at: Duration,
    left: f64,
}

#[derive(Debug)]
struct Guess {
    rate: f64,
    credit: f64,
    at: Duration,
    /// No request has been refused yet.
    rising: bool,
    halved_at: Duration,
}

impl Lane {
    /// A lane that begins with `start` requests per second.
    pub(super) fn new(start: u32, now: Duration) -> Self {
        Self {
            bucket: None,
            guess: Guess {
                rate: f64::from(start).max(SLOWEST),
                credit: 1.0,
                at: now,
                rising: true,
                halved_at: now,
            },
            open: 0,
            closed_until: Duration::ZERO,
        }
    }

    /// The wait before the next look; `None` when a request may be sent.
    pub(super) fn wait(&mut self, now: Duration) -> Option<Duration> {
        let closed = self.closed_until.saturating_sub(now);
        let paced = match &self.bucket {
            Some(bucket) => bucket.wait(now, self.open),
            None => self.guess.wait(now),
        };
        let wait = closed.max(paced);
        (!wait.is_zero()).then_some(wait)
    }

    /// A request is sent.
    pub(super) fn sent(&mut self, now: Duration) {
        match &mut self.bucket {
            Some(bucket) => {
                bucket.base = bucket.level(now, self.open) + bucket.drawn(self.open);
                bucket.at = now;
            }
            None => self.guess.credit -= 1.0,
        }
        self.open += 1;
    }

    /// There will be no answer to a request; it may have been counted.
    pub(super) fn lost(&mut self) {
        self.open = self.open.saturating_sub(1);
        if let Some(bucket) = &mut self.bucket {
            bucket.base -= bucket.limits.cost;
        }
    }

    /// A request that was sent at `sent_at` is answered. True when the pace changes by more than the account.
    pub(super) fn answered(
        &mut self,
        now: Duration,
        sent_at: Duration,
        limited: bool,
        limits: Option<BucketHeaders>,
    ) -> bool {
        let slowed = limited && self.guess.slow_down(now, sent_at);
        let Some(limits) = limits else {
            self.lost();
            return slowed;
        };
        let trip = now.saturating_sub(sent_at).as_secs_f64();
        let known = self.bucket.take();
        let new = known.as_ref().is_none_or(|b| b.limits.rate != limits.rate);
        let mut bucket = known.unwrap_or_else(|| Bucket::empty(limits, now, trip));
        bucket.trip += (trip - bucket.trip) / 8.0;
        let account = bucket.level(now, self.open);
        self.open = self.open.saturating_sub(1);
        match limits.remaining {
            Some(left) => bucket.learn(Remaining {
                sent_at,
                answered_at: now,
                left,
            }),
            // What is left is not stated: it may be nothing.
            None if limited => bucket.base = 0.0,
            None => bucket.base = account + bucket.drawn(self.open),
        }
        bucket.at = now;
        bucket.limits = limits;
        self.bucket = Some(bucket);
        new
    }

    /// Keeps everything back until `until`.
    pub(super) fn close(&mut self, until: Duration) {
        self.closed_until = until.max(self.closed_until);
    }

    /// Requests per second at present.
    pub(super) fn rate(&self) -> f64 {
        match &self.bucket {
            Some(bucket) => bucket.limits.rate / bucket.limits.cost,
            None => self.guess.rate,
        }
    }
}

impl Bucket {
    /// A bucket that held just enough for the first request.
    fn empty(limits: BucketHeaders, now: Duration, trip: f64) -> Self {
        Self {
            limits,
            base: limits.cost,
            at: now,
            answers: VecDeque::new(),
            trip,
            tick: None,
        }
    }

    /// What `open` requests draw.
    fn drawn(&self, open: u32) -> f64 {
        f64::from(open) * self.limits.cost
    }

    /// What is left when everything sent has been drawn.
    fn level(&self, now: Duration, open: u32) -> f64 {
        let level = self.base.min(self.limits.burst) - self.drawn(open);
        match self.tick {
            None => {
                let gained = now.saturating_sub(self.at).as_secs_f64() * self.limits.rate;
                (level + gained).min(self.limits.burst - self.drawn(open))
            }
            // Enough for one request, whose answer states what the bucket really holds.
            Some(tick) if ticks(tick, now) > ticks(tick, self.at) => level.max(self.needed()),
            Some(_) => level,
        }
    }

    /// The level at which a request may be sent.
    fn needed(&self) -> f64 {
        self.limits.cost + self.rest()
    }

    /// Learns what was left after a request. Answers overtake each other, so the lowest counts of all that came
    /// since the latest of them was sent: whatever was drawn before that is in them.
    fn learn(&mut self, answer: Remaining) {
        let latest = self.answers.iter().map(|a| a.sent_at).max();
        let latest = latest.unwrap_or_default().max(answer.sent_at);
        while let Some(earlier) = self.answers.front().copied()
            && earlier.answered_at <= latest
        {
            if earlier.answered_at <= answer.sent_at {
                self.notice_tick(earlier, answer);
            }
            self.answers.pop_front();
        }
        self.answers.push_back(answer);
        let lowest = self.answers.iter().map(|a| a.left);
        self.base = lowest.fold(f64::INFINITY, f64::min);
    }

    /// Sees that the bucket was filled at once between two answers, and by when.
    fn notice_tick(&mut self, earlier: Remaining, later: Remaining) {
        let now = later.answered_at;
        let passed = now.saturating_sub(earlier.sent_at).as_secs_f64();
        let gained = later.left + self.limits.cost - earlier.left;
        // What is left is stated in whole numbers.
        if gained <= self.limits.rate * passed + 1.0 {
            return;
        }
        self.tick = Some(match self.tick {
            None => now,
            // Never later than seen, and a little later each time, because clocks differ.
            Some(tick) => {
                let passed = u32::try_from(ticks(tick, now)).unwrap_or(u32::MAX);
                now.min(tick + (TICK + DRIFT) * passed)
            }
        });
    }

    /// What is never drawn. While a bucket that is filled once a second stands still, each request sent on a
    /// guess leaves it lower and the next guess later: about the root of twice the rate fit into a second, and
    /// what is sent before the first answer comes.
    fn rest(&self) -> f64 {
        let BucketHeaders {
            rate, burst, cost, ..
        } = self.limits;
        let rest = match self.tick {
            None => ((2.0 * rate / cost).sqrt() + 2.0) * cost + rate * self.trip,
            Some(_) => 0.0,
        };
        rest.min((burst - cost) / 2.0).floor()
    }

    fn wait(&self, now: Duration, open: u32) -> Duration {
        let lacking = self.needed() - self.level(now, open);
        match self.tick {
            Some(tick) if lacking > 0.0 => {
                let due = u32::try_from(ticks(tick, now) + 1).unwrap_or(u32::MAX);
                (tick + TICK * due).saturating_sub(now).max(SHORTEST)
            }
            _ => seconds(lacking / self.limits.rate),
        }
    }
}

/// Whole seconds from `tick` to `now`.
fn ticks(tick: Duration, now: Duration) -> u64 {
    now.saturating_sub(tick).as_secs()
}

impl Guess {
    fn wait(&mut self, now: Duration) -> Duration {
        let passed = now.saturating_sub(self.at);
        self.at = now;
        let growth = passed.min(LONGEST_GROWTH).as_secs_f64();
        let risen = match self.rising {
            true => self.rate * growth.exp2(),
            false => self.rate + STEP * growth,
        };
        let earned = (self.rate + risen) / 2.0 * passed.as_secs_f64();
        self.rate = risen.min(FASTEST);
        let most = (self.rate * CATCH_UP.as_secs_f64()).max(1.0);
        self.credit = (self.credit + earned).min(most);
        seconds((1.0 - self.credit) / self.rate)
    }

    /// Halves the rate once for all requests that were sent at the old one.
    fn slow_down(&mut self, now: Duration, sent_at: Duration) -> bool {
        if !self.rising && sent_at < self.halved_at {
            return false;
        }
        self.rising = false;
        self.halved_at = now;
        self.rate = (self.rate / 2.0).max(SLOWEST);
        self.credit = 0.0;
        true
    }
}

/// A wait; zero when there is none.
fn seconds(wait: f64) -> Duration {
    if wait <= 0.0 {
        return Duration::ZERO;
    }
    let wait = Duration::try_from_secs_f64(wait).unwrap_or(Duration::from_secs(3600));
    wait.max(SHORTEST)
}

#[cfg(test)]
mod tests;
