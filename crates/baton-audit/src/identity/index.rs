//! Finds people by what many of them have: ids, addresses, numbers, names.

use connector_c1z::Interner;

/// Values by text. Texts lie in one buffer and so do values, because there may be a million of each.
#[derive(Debug)]
pub(crate) struct Index<V> {
    texts: Interner<1>,
    /// Where the values of each text end, by the text's number.
    ends: Vec<usize>,
    values: Vec<V>,
}

impl<V: Copy + PartialEq> Index<V> {
    /// The values of each text, in the order they come in. One that comes again for its text at once is there once.
    pub(crate) fn new<T: AsRef<str>>(entries: impl Iterator<Item = (T, V)>) -> Self {
        let mut texts = Interner::new();
        let mut numbered: Vec<(u32, V)> = entries
            .map(|(text, value)| (texts.number([text.as_ref().as_bytes()]), value))
            .collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.dedup();
        let mut ends = vec![0; texts.len()];
        for (at, (number, _)) in numbered.iter().enumerate() {
            ends[*number as usize] = at + 1;
        }
        Self {
            texts,
            ends,
            values: numbered.into_iter().map(|(_, value)| value).collect(),
        }
    }

    /// The values of a text; none when it is not known.
    pub(crate) fn get(&self, text: &str) -> &[V] {
        let number = self.texts.known([text.as_bytes()]);
        number.map_or(&[], |number| self.of(number as usize))
    }

    /// The values of each text.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &[V]> {
        (0..self.ends.len()).map(|number| self.of(number))
    }

    fn of(&self, number: usize) -> &[V] {
        let from = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.values[from..self.ends[number]]
    }
}

impl<V: Copy + PartialEq> Default for Index<V> {
    fn default() -> Self {
        Self::new(std::iter::empty::<(&str, V)>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_in_order_and_do_not_repeat() {
        let entries = [("a", 1), ("b", 2), ("a", 3), ("b", 2), ("a", 1), ("a", 1)];
        let index = Index::new(entries.into_iter());
        assert_eq!(index.get("a"), [1, 3, 1]);
        assert_eq!(index.get("b"), [2]);
        assert_eq!(index.get("c"), [0; 0]);
        assert_eq!(index.groups().collect::<Vec<_>>(), [&[1, 3, 1][..], &[2]]);
        assert_eq!(Index::<u8>::default().groups().count(), 0);
    }
}
