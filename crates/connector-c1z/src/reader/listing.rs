//! Rows that are read while they are asked for.

use connector_core::Result;

use super::RowAt;

/// A message and its place in the file.
pub(super) type Place<M> = (RowAt, M);

/// A walk over rows from the first on.
pub(super) type Walk<'s, T> = Box<dyn Iterator<Item = Result<T>> + 's>;

/// What can be asked for rows.
pub(super) trait Query<T> {
    fn rows(&mut self) -> Result<Walk<'_, T>>;
}

/// Rows in the order of their keys; nothing is read before they are asked for.
pub struct Listing<'r, T>(Box<dyn Query<T> + 'r>);

impl<T> std::fmt::Debug for Listing<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listing").finish_non_exhaustive()
    }
}

impl<'r, T> Listing<'r, T> {
    pub(super) fn new(query: impl Query<T> + 'r) -> Self {
        Self(Box::new(query))
    }

    /// Without rows.
    pub(super) fn empty() -> Self
    where
        T: 'r,
    {
        Self::walking(|| Ok(Box::new(std::iter::empty())))
    }

    /// The rows of the walk that `begin` begins.
    pub(super) fn walking(begin: impl FnMut() -> Result<Walk<'r, T>> + 'r) -> Self
    where
        T: 'r,
    {
        Self::new(Walking(Box::new(begin)))
    }

    /// The rows from the first on.
    ///
    /// # Errors
    /// When the file is damaged.
    pub fn rows(&mut self) -> Result<Box<dyn Iterator<Item = Result<T>> + '_>> {
        self.0.rows()
    }

    pub(super) fn for_each(mut self, mut each: impl FnMut(T) -> Result<()>) -> Result<()> {
        for row in self.rows()? {
            each(row?)?;
        }
        Ok(())
    }

    /// The first row.
    pub(super) fn first(mut self) -> Result<Option<T>> {
        self.rows()?.next().transpose()
    }
}

/// A walk that is begun anew each time.
struct Walking<'r, T>(Box<dyn FnMut() -> Result<Walk<'r, T>> + 'r>);

impl<T> Query<T> for Walking<'_, T> {
    fn rows(&mut self) -> Result<Walk<'_, T>> {
        self.0()
    }
}

/// Rows made into something else.
pub(super) struct Mapped<'r, A, B>(pub(super) Listing<'r, A>, pub(super) fn(A) -> B);

impl<A, B> Query<B> for Mapped<'_, A, B> {
    fn rows(&mut self) -> Result<Walk<'_, B>> {
        let map = self.1;
        Ok(Box::new(self.0.rows()?.map(move |row| row.map(map))))
    }
}
