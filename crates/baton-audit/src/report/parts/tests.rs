use super::*;

#[test]
fn only_everything_is_a_hundred_percent() {
    let shares = [(0, 0), (0, 5), (1, 500), (499, 500), (500, 500), (1, 3)];
    assert_eq!(
        shares.map(|(part, of)| percent(part, of)),
        [0, 0, 1, 99, 100, 33]
    );
}

#[test]
fn bars_end_where_their_sum_ends() {
    let svg = bar(&[("a", 1), ("b", 0), ("c", 2)], 3).into_string();
    assert!(svg.contains(r#"<rect class="a" x="0" width="333" height="10"></rect>"#));
    assert!(svg.contains(r#"<rect class="c" x="333" width="667" height="10"></rect>"#));
}
