use super::*;

#[test]
fn the_window_is_smaller_than_the_content() {
    assert_eq!(window_log(131_072), 16);
    assert_eq!(window_log(131_073), 17);
    assert_eq!(window_log(0), 10);
    assert_eq!(window_log(10_000_000_000), 21);
}
