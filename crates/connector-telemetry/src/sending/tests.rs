use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};

use tokio::time::Instant;

use super::*;
use crate::outbox::{KEPT, PORTION, Undelivered};
use connector_proto::opentelemetry::KeyValue;

/// A collector in memory that answers by script and takes everything beyond it.
#[derive(Clone, Default)]
struct Fake(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: VecDeque<Result<Option<String>, Undelivered>>,
    hangs: bool,
    /// When, what kind, how many.
    deliveries: Vec<(u64, &'static str, usize)>,
    first_names: Vec<String>,
    began: Option<Instant>,
}

impl Fake {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    async fn answer(
        &self,
        kind: &'static str,
        count: usize,
        first: &str,
    ) -> Result<Option<String>, Undelivered> {
        if self.state().hangs {
            std::future::pending::<()>().await;
        }
        let mut state = self.state();
        let began = state.began.unwrap_or_else(Instant::now);
        let seconds = began.elapsed().as_secs();
        state.deliveries.push((seconds, kind, count));
        state.first_names.push(first.to_owned());
        state.answers.pop_front().unwrap_or(Ok(None))
    }
}

impl Deliver<Span> for Fake {
    async fn deliver(&self, items: &[Span]) -> Result<Option<String>, Undelivered> {
        self.answer("spans", items.len(), &items[0].name).await
    }
}

impl Deliver<LogRecord> for Fake {
    async fn deliver(&self, items: &[LogRecord]) -> Result<Option<String>, Undelivered> {
        let first = &items[0].severity_text;
        self.answer("logs", items.len(), first).await
    }
}

fn away() -> Result<Option<String>, Undelivered> {
    Err(Undelivered {
        reason: "connection refused".to_owned(),
        may_pass: true,
    })
}

fn unknown() -> Result<Option<String>, Undelivered> {
    Err(Undelivered {
        reason: "unknown service".to_owned(),
        may_pass: false,
    })
}

/// The loop, running.
struct Scene {
    fake: Fake,
    queue: Queue,
    reports: Arc<Mutex<Vec<String>>>,
    stop: CancellationToken,
    running: tokio::task::JoinHandle<()>,
}

impl Scene {
    fn new(answers: impl IntoIterator<Item = Result<Option<String>, Undelivered>>) -> Self {
        let fake = Fake::default();
        fake.state().answers.extend(answers);
        fake.state().began = Some(Instant::now());
        let (queue, items) = Queue::new();
        let reports = Arc::new(Mutex::new(Vec::new()));
        let into = reports.clone();
        let reporter = TroubleReporter::new(move |trouble| {
            let line = format!("{}: {}", trouble.message, trouble.error);
            into.lock().unwrap().push(line);
        });
        let stop = CancellationToken::new();
        let sending = Sending::new(items, queue.clone(), fake.clone(), reporter);
        Self {
            fake,
            queue,
            reports,
            running: tokio::spawn(sending.run(stop.clone())),
            stop,
        }
    }

    fn span(&self, name: &str) {
        self.queue.push(Item::Span(Span {
            name: name.to_owned(),
            ..Span::default()
        }));
    }

    fn log(&self) {
        let attributes = vec![KeyValue::default()];
        self.queue.push(Item::Log(LogRecord {
            attributes,
            ..LogRecord::default()
        }));
    }

    /// Lets virtual time pass, and the loop do what it has to do then.
    async fn wait(&self, seconds: u64) {
        let moment = Duration::from_millis(1);
        tokio::time::sleep(Duration::from_secs(seconds) + moment).await;
    }

    async fn end(self) -> (Vec<(u64, &'static str, usize)>, Vec<String>) {
        self.stop.cancel();
        self.running.await.unwrap();
        let reports = self.reports.lock().unwrap().clone();
        (self.fake.state().deliveries.clone(), reports)
    }
}

const AWAY: &str = "telemetry cannot be delivered, the run goes on without it: connection refused";

#[tokio::test(start_paused = true)]
async fn what_comes_within_a_second_is_delivered_together() {
    let scene = Scene::new([]);
    scene.wait(0).await;
    (0..3).for_each(|_| scene.span("page"));
    scene.log();
    scene.wait(2).await;
    scene.span("sync");
    let (deliveries, reports) = scene.end().await;
    assert_eq!(
        deliveries,
        [(1, "spans", 3), (1, "logs", 1), (2, "spans", 1)]
    );
    assert_eq!(reports, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_delivered_when_there_is_nothing() {
    let scene = Scene::new([]);
    scene.wait(10).await;
    assert_eq!(scene.end().await, (vec![], vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_portion_is_not_waited_with() {
    let scene = Scene::new([]);
    scene.wait(0).await;
    (0..=PORTION).for_each(|_| scene.span("page"));
    scene.wait(0).await;
    let (deliveries, _) = scene.end().await;
    assert_eq!(deliveries, [(0, "spans", PORTION), (0, "spans", 1)]);
}

#[tokio::test(start_paused = true)]
async fn a_collector_that_is_away_is_tried_less_and_less_often_and_reported_once() {
    let scene = Scene::new(std::iter::repeat_with(away).take(16));
    scene.span("page");
    scene.log();
    scene.wait(70).await;
    let (deliveries, reports) = scene.end().await;
    let spans = deliveries.iter().filter(|d| d.1 == "spans");
    let at: Vec<_> = spans.map(|d| d.0).collect();
    assert_eq!(at, [0, 1, 3, 7, 15, 31, 61, 70]);
    assert_eq!(reports, [AWAY]);
}

#[tokio::test(start_paused = true)]
async fn what_waited_for_a_collector_is_delivered_when_it_is_back() {
    let scene = Scene::new([away(), away()]);
    scene.span("first");
    scene.wait(2).await;
    scene.span("second");
    scene.wait(2).await;
    let (deliveries, reports) = scene.end().await;
    assert_eq!(
        deliveries,
        [(0, "spans", 1), (1, "spans", 1), (3, "spans", 2)]
    );
    assert_eq!(reports, [AWAY]);
}

#[tokio::test(start_paused = true)]
async fn the_oldest_are_given_up_when_too_much_waits() {
    let scene = Scene::new([away()]);
    scene.span("oldest");
    scene.wait(0).await;
    (0..KEPT).for_each(|_| scene.span("newer"));
    scene.wait(1).await;
    assert_eq!(scene.fake.state().first_names[..2], ["oldest", "newer"]);
    let (deliveries, reports) = scene.end().await;
    let delivered: usize = deliveries[1..].iter().map(|d| d.2).sum();
    assert_eq!(delivered, KEPT + 1 - PORTION);
    assert_eq!(
        reports,
        [AWAY],
        "the loss is part of the trouble that was reported"
    );
}

#[tokio::test(start_paused = true)]
async fn more_than_the_queue_holds_is_reported_at_the_end() {
    let scene = Scene::new([]);
    // The loop has no turn in between.
    (0..10_000).for_each(|_| scene.span("page"));
    let (_, reports) = scene.end().await;
    assert_eq!(reports.len(), 1);
    assert!(
        reports[0]
            .starts_with("telemetry is not complete, there was more than could be delivered: "),
        "{reports:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_for_good_is_not_tried_again() {
    let scene = Scene::new([unknown(), Ok(None), unknown()]);
    scene.span("page");
    scene.log();
    scene.wait(2).await;
    scene.span("page");
    let (deliveries, reports) = scene.end().await;
    assert_eq!(
        deliveries,
        [(0, "spans", 1), (0, "logs", 1), (2, "spans", 1)]
    );
    let expected = "telemetry cannot be delivered, the run goes on without it: unknown service";
    assert_eq!(reports, [expected]);
}

#[tokio::test(start_paused = true)]
async fn a_partial_refusal_is_reported() {
    let scene = Scene::new([Ok(Some("refused 1 item".to_owned()))]);
    scene.span("page");
    scene.wait(1).await;
    let (deliveries, reports) = scene.end().await;
    assert_eq!(deliveries, [(0, "spans", 1)]);
    assert!(reports[0].ends_with("refused 1 item"), "{reports:?}");
}

#[tokio::test(start_paused = true)]
async fn the_end_tries_once_more_and_no_more() {
    let scene = Scene::new([away(), away()]);
    scene.span("page");
    scene.wait(0).await;
    let (deliveries, reports) = scene.end().await;
    assert_eq!(deliveries, [(0, "spans", 1), (0, "spans", 1)]);
    assert_eq!(reports, [AWAY]);
}
