use super::*;

fn walk(paging: Paging, all: usize) -> Vec<std::ops::Range<usize>> {
    let options = CircleCiOptions {
        paging,
        page_size: 2,
        ..CircleCiOptions::default()
    };
    let mut pages = Vec::new();
    let mut asked = None;
    for _ in 0..9 {
        let (rows, next) = rows(&options, asked, all);
        pages.push(rows);
        let Some(next) = next else { break };
        asked = Token::read(&next.text());
        assert_eq!(asked, Some(next));
    }
    pages
}

#[test]
fn pages_follow_each_other() {
    assert_eq!(walk(Paging::Plain, 5), [0..2, 2..4, 4..5]);
    assert_eq!(walk(Paging::Plain, 4), [0..2, 2..4]);
    assert_eq!(walk(Paging::Plain, 0), vec![0..0; 1]);
    assert_eq!(walk(Paging::Overlapping, 5), [0..2, 1..4, 3..5]);
    assert_eq!(walk(Paging::EmptyPages, 4), [0..2, 0..0, 2..4]);
    assert_eq!(walk(Paging::SameToken, 4).len(), 9);
    assert_eq!(walk(Paging::FreshTokens, 4), vec![0..2; 9]);
}

#[test]
fn tokens_that_were_never_given_out_are_refused() {
    for text in ["", "1", "AYq2x+1+/==", "AYq2x 000001 /=="] {
        assert_eq!(Token::read(text), None, "{text}");
    }
}
