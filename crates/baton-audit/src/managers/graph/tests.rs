//! The graph against a naive one on random functional graphs, and the cases that have a name.

use std::collections::{BTreeSet, HashSet};

use proptest::prelude::*;

use super::*;

/// A company of working people with these links.
fn graph(links: &[Link]) -> Graph {
    let n = links.len();
    Graph::from_links(links.to_vec(), vec![Lifecycle::Active; n], vec![true; n])
}

fn faults(graph: &Graph, at: usize) -> Vec<Fault> {
    graph.faults(at).collect()
}

fn line(end: End, steps: usize) -> Line {
    Line { end, steps }
}

const fn is(at: usize) -> Link {
    Link::Is(at)
}

#[test]
fn lines_end_where_they_must() {
    // 0 top; 1, 2 below; 3 and 4 in a circle with 5 under it; 6 themselves, 7 under 6; 8 unknown, 9 under 8;
    // 10 ambiguous.
    let graph = graph(&[
        Link::Absent,
        is(0),
        is(1),
        is(4),
        is(3),
        is(4),
        Link::Itself,
        is(6),
        Link::Unknown,
        is(8),
        Link::Ambiguous,
    ]);
    assert_eq!(graph.tops().collect::<Vec<_>>(), [0]);
    assert_eq!(graph.cycles(), [[3, 4]]);
    assert_eq!(graph.line(0), line(End::Top(0), 0));
    assert_eq!(graph.line(2), line(End::Top(0), 2));
    assert_eq!(graph.line(3), line(End::Cycle(0), 0));
    assert_eq!(graph.line(5), line(End::Cycle(0), 1));
    assert_eq!(graph.line(7), line(End::Itself(6), 1));
    assert_eq!(graph.line(8), line(End::Unknown(8), 0));
    assert_eq!(graph.line(9), line(End::Unknown(8), 1));
    assert_eq!(graph.line(10), line(End::Ambiguous(10), 0));
    assert_eq!(faults(&graph, 2), []);
    assert_eq!(faults(&graph, 3), [Fault::InCycle(0)]);
    assert_eq!(faults(&graph, 5), [Fault::NoTop(End::Cycle(0))]);
    assert_eq!(faults(&graph, 6), [Fault::Itself]);
    assert_eq!(faults(&graph, 7), [Fault::NoTop(End::Itself(6))]);
    assert_eq!(faults(&graph, 8), [Fault::Unknown]);
    assert_eq!(faults(&graph, 9), [Fault::NoTop(End::Unknown(8))]);
    assert_eq!(faults(&graph, 10), [Fault::Ambiguous]);
    assert_eq!(graph.chain(2).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(graph.chain(3).collect::<Vec<_>>(), [4]);
    assert_eq!(graph.chain(5).collect::<Vec<_>>(), [4, 3]);
    assert_eq!(graph.chain(6).count(), 0);
    assert_eq!(graph.reports(4), [3, 5]);
    assert_eq!((graph.span(0), graph.below(0)), (1, 2));
    assert_eq!((graph.span(4), graph.below(4)), (2, 1));
}

#[test]
fn people_who_left_are_no_top_and_do_not_count_as_reports() {
    // 0 left, 1 reports to 0, 2 to 1; 3 top, 4 left and reported to 3, 5 reports to 4; 6 begins soon; 7 a robot.
    let mut lifecycles = vec![Lifecycle::Active; 8];
    lifecycles[0] = Lifecycle::Terminated;
    lifecycles[4] = Lifecycle::Retired;
    lifecycles[6] = Lifecycle::Prehire;
    let links = [
        Link::Absent,
        is(0),
        is(1),
        Link::Absent,
        is(3),
        is(4),
        Link::Absent,
        Link::Absent,
    ];
    let mut people = vec![true; 8];
    people[7] = false;
    let graph = Graph::from_links(links.to_vec(), lifecycles, people);
    assert_eq!(graph.tops().collect::<Vec<_>>(), [3]);
    assert_eq!(faults(&graph, 1), [Fault::Left(0)]);
    assert_eq!(faults(&graph, 2), [Fault::NoTop(End::Outside(0))]);
    assert_eq!(faults(&graph, 5), [Fault::Left(4)]);
    assert_eq!(graph.line(5), line(End::Top(3), 2));
    assert_eq!(graph.line(6), line(End::Outside(6), 0));
    assert_eq!(graph.line(7), line(End::Outside(7), 0));
    assert_eq!((graph.span(3), graph.below(3)), (0, 1));
    assert_eq!(graph.who_would_lose(4).collect::<Vec<_>>(), [5]);
    assert_eq!(graph.who_would_lose(3).count(), 0);
    assert!(!graph.is_current(4) && graph.is_current(6) && !graph.is_current(7));
}

#[test]
fn a_chain_of_a_hundred_thousand_is_walked() {
    let n = 100_000;
    let links: Vec<Link> = (0..n)
        .map(|at| if at == 0 { Link::Absent } else { is(at - 1) })
        .collect();
    let down = graph(&links);
    assert_eq!(down.line(n - 1), line(End::Top(0), n - 1));
    assert_eq!(down.below(0), n - 1);
    let mut closed = links;
    closed[0] = is(n - 1);
    let round = graph(&closed);
    assert_eq!(round.cycles().len(), 1);
    assert_eq!(round.cycles()[0].len(), n);
    assert_eq!(round.cycles()[0][..3], [0, n - 1, n - 2]);
    assert_eq!(round.chain(7).count(), n - 1);
}

/// A person's end by following the links one person at a time.
fn naive(links: &[Link], start: usize) -> (Vec<usize>, Option<BTreeSet<usize>>) {
    let mut visited = vec![start];
    let mut at = start;
    while let Link::Is(manager) = links[at] {
        if let Some(first) = visited.iter().position(|&v| v == manager) {
            return (
                visited.clone(),
                Some(visited[first..].iter().copied().collect()),
            );
        }
        visited.push(manager);
        at = manager;
    }
    (visited, None)
}

fn any_company() -> impl Strategy<Value = (Vec<Link>, Vec<Lifecycle>, Vec<bool>)> {
    (1usize..60).prop_flat_map(|n| {
        let link = (0..n, 0..12).prop_map(|(to, kind)| match kind {
            0 => Link::Absent,
            1 => Link::Ambiguous,
            2 => Link::Unknown,
            _ => Link::Is(to),
        });
        let lifecycle = prop::sample::select(&Lifecycle::ALL[..]);
        (
            prop::collection::vec(link, n),
            prop::collection::vec(lifecycle, n),
            prop::collection::vec(prop::bool::weighted(0.9), n),
        )
            .prop_map(|(mut links, lifecycles, people)| {
                for (at, link) in links.iter_mut().enumerate() {
                    if *link == Link::Is(at) {
                        *link = Link::Itself;
                    }
                }
                (links, lifecycles, people)
            })
    })
}

proptest! {
    #[test]
    fn the_graph_says_what_following_every_line_says((links, lifecycles, people) in any_company()) {
        let graph = Graph::from_links(links.clone(), lifecycles.clone(), people.clone());
        let mut circles: BTreeSet<Vec<usize>> = BTreeSet::new();
        for at in 0..links.len() {
            let (visited, circle) = naive(&links, at);
            let expected = match circle {
                Some(circle) => {
                    let place = graph.cycles().iter().position(|found| {
                        found.iter().copied().collect::<BTreeSet<_>>() == circle
                    });
                    circles.insert(circle.iter().copied().collect());
                    let steps = visited.iter().take_while(|v| !circle.contains(v)).count();
                    line(End::Cycle(place.expect("the circle is listed")), steps)
                }
                None => {
                    let last = *visited.last().unwrap();
                    let end = match links[last] {
                        Link::Absent if people[last] && lifecycles[last].is_employed() => End::Top(last),
                        Link::Absent => End::Outside(last),
                        Link::Itself => End::Itself(last),
                        Link::Ambiguous => End::Ambiguous(last),
                        _ => End::Unknown(last),
                    };
                    line(end, visited.len() - 1)
                }
            };
            prop_assert_eq!(graph.line(at), expected);
            prop_assert_eq!(graph.chain(at).collect::<Vec<_>>(), &visited[1..]);
            let below = (0..links.len())
                .filter(|&other| other != at && graph.is_current(other))
                .filter(|&other| graph.line(other).steps > 0 && naive(&links, other).0.contains(&at))
                // A person who only passes `at` on the way round a circle they do not enter there is not below.
                .filter(|&other| {
                    let path = naive(&links, other).0;
                    let steps = path.iter().position(|&v| v == at).unwrap();
                    steps <= graph.line(other).steps
                })
                .count();
            prop_assert_eq!(graph.below(at), below);
            let lose: Vec<_> = (0..links.len())
                .filter(|&other| links[other] == Link::Is(at) && people[other] && !lifecycles[other].has_left())
                .collect();
            prop_assert_eq!(graph.span(at), lose.len());
            prop_assert_eq!(graph.who_would_lose(at).collect::<Vec<_>>(), lose);
        }
        // Each circle once, from its first person on, in order.
        let listed: Vec<_> = graph.cycles().to_vec();
        prop_assert_eq!(listed.len(), circles.len());
        prop_assert!(listed.is_sorted_by_key(|c| c[0]));
        for cycle in &listed {
            prop_assert_eq!(cycle.iter().min(), cycle.first());
            let next = cycle.iter().skip(1).chain(cycle.first());
            prop_assert!(cycle.iter().zip(next).all(|(&a, &b)| links[a] == Link::Is(b)));
        }
        let inside: HashSet<_> = listed.iter().flatten().collect();
        prop_assert_eq!(inside.len(), listed.iter().map(Vec::len).sum::<usize>());
    }

    #[test]
    fn a_line_that_does_not_reach_the_top_has_a_fault((links, lifecycles, people) in any_company()) {
        let graph = Graph::from_links(links.clone(), lifecycles, people);
        for (at, link) in links.iter().enumerate() {
            let faults = faults(&graph, at);
            let cut = !matches!(graph.line(at).end, End::Top(_));
            prop_assert_eq!(cut && *link != Link::Absent, faults.iter().any(|f| !matches!(f, Fault::Left(_)))
                || matches!((faults.as_slice(), graph.line(at).end), ([Fault::Left(by)], End::Outside(last)) if *by == last));
            prop_assert!(faults.len() <= 2);
        }
    }
}
