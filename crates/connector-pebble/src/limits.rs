//! What reading a file may cost.
//!
//! A version 3 file comes from elsewhere and a small one can be built to decode to a huge one, so every number in
//! it is compared with one of these limits, and with the bytes that are really there, before it is used.

/// Bounds on what a file may cost to read.
///
/// # Example
/// ```
/// use connector_pebble::Limits;
///
/// let limits = Limits { max_decoded_bytes: 64 << 20, max_decoded_ratio: 0, ..Limits::default() };
/// assert_eq!(limits.decoded_bytes(5_000), 64 << 20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest decoded content, in bytes, unless `max_decoded_ratio` allows more; 10 GiB.
    pub max_decoded_bytes: u64,
    /// How many times its own size a file may decode to, when that is more than `max_decoded_bytes`; 100.
    pub max_decoded_ratio: u64,
    /// Largest compression window, in bytes, which has to be held in memory; 128 MiB.
    pub max_window_bytes: u64,
    /// Decoded content up to this many bytes stays in memory, more goes to a file; 8 MiB.
    pub max_memory_bytes: u64,
    /// Largest block of a table, in bytes, stored or decompressed; 64 MiB.
    pub max_block_bytes: u64,
    /// Most tables that a MANIFEST may list; 100,000.
    pub max_tables: usize,
    /// Largest MANIFEST, in bytes; 64 MiB.
    pub max_manifest_bytes: u64,
    /// Largest write-ahead log, in bytes, over all its files; 64 MiB. Its rows are held in memory.
    pub max_log_bytes: u64,
    /// Most memory, in bytes, for the blocks, indexes and range deletions that are held at one time; 256 MiB.
    pub max_open_bytes: u64,
    /// Longest key, in bytes; 64 KiB.
    pub max_key_bytes: usize,
    /// Largest record that is decoded into a message, in bytes; 16 MiB.
    pub max_record_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_decoded_bytes: 10 << 30,
            max_decoded_ratio: 100,
            max_window_bytes: 128 << 20,
            max_memory_bytes: 8 << 20,
            max_block_bytes: 64 << 20,
            max_tables: 100_000,
            max_manifest_bytes: 64 << 20,
            max_log_bytes: 64 << 20,
            max_open_bytes: 256 << 20,
            max_key_bytes: 64 << 10,
            max_record_bytes: 16 << 20,
        }
    }
}

impl Limits {
    /// How many bytes a file of this size may decode to.
    pub fn decoded_bytes(&self, file_bytes: u64) -> u64 {
        self.max_decoded_bytes
            .max(self.max_decoded_ratio.saturating_mul(file_bytes))
    }
}
