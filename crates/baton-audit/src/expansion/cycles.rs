//! Cycles of a directed graph: its strongly connected parts that have an edge inside.

/// The nodes of each cycle of a graph of `count` nodes; a node with an edge to itself is one. Tarjan's way, without
/// recursion, because a file decides how deep it goes.
pub(super) fn of<I: Iterator<Item = usize>>(
    count: usize,
    edges: impl Fn(usize) -> I,
) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    // When each node was met, counted from 1, and the earliest node on the stack that it leads to.
    let (mut met, mut low) = (vec![0; count], vec![0; count]);
    let mut on_stack = vec![false; count];
    let (mut stack, mut clock) = (Vec::new(), 0);
    for start in 0..count {
        let mut calls: Vec<(usize, Option<I>)> = Vec::new();
        if met[start] == 0 {
            calls.push((start, None));
        }
        while let Some((at, rest)) = calls.last_mut() {
            let at = *at;
            let rest = rest.get_or_insert_with(|| {
                clock += 1;
                (met[at], low[at], on_stack[at]) = (clock, clock, true);
                stack.push(at);
                edges(at)
            });
            match rest.next() {
                Some(to) if met[to] == 0 => calls.push((to, None)),
                Some(to) if on_stack[to] => low[at] = low[at].min(met[to]),
                Some(_) => {}
                None => {
                    calls.pop();
                    if let Some(&(before, _)) = calls.last() {
                        low[before] = low[before].min(low[at]);
                    }
                    if low[at] == met[at] {
                        let from = stack.iter().rposition(|&it| it == at).unwrap_or_default();
                        let part = stack.split_off(from);
                        part.iter().for_each(|&it| on_stack[it] = false);
                        if part.len() > 1 || edges(at).any(|to| to == at) {
                            found.push(part);
                        }
                    }
                }
            }
        }
    }
    found
}
