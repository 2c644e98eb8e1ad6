//! A list under a heading, ready to be set as a table of any kind.

/// Rows of one kind. Columns in which no row has anything are left out.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    /// One line about what is listed.
    pub(super) note: Option<&'static str>,
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<String>>,
    /// How many are not listed.
    pub(super) more: u64,
}

impl Section {
    /// A section of `rows` with a cell for each of `columns`, out of `total` that could be listed; `None` when there
    /// is nothing to list. `listed` is how many of the total the rows stand for.
    pub(super) fn of(
        title: &str,
        columns: &[&'static str],
        rows: Vec<Vec<String>>,
        listed: u64,
        total: u64,
    ) -> Option<Self> {
        if total == 0 {
            return None;
        }
        let used = |at: &usize| rows.iter().any(|row| !row[*at].is_empty());
        let used: Vec<usize> = (0..columns.len()).filter(used).collect();
        let keep = |mut row: Vec<String>| {
            used.iter()
                .map(|&at| std::mem::take(&mut row[at]))
                .collect()
        };
        Some(Self {
            title: format!("{title} ({total})"),
            note: None,
            columns: used.iter().map(|&at| columns[at]).collect(),
            rows: rows.into_iter().map(keep).collect(),
            more: total - listed,
        })
    }

    /// The section with a line about what is listed.
    #[must_use]
    pub(super) fn noting(self, note: &'static str) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }

    /// The line below the rows when some are not listed.
    pub(super) fn rest(&self) -> Option<String> {
        (self.more > 0).then(|| {
            format!(
                "… and {} more; --limit or --format json shows them",
                self.more
            )
        })
    }
}
