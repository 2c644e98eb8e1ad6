//! Blocks in columns.

use super::{Gone, Row};

const BUNDLE: usize = 16;

fn width(number: u64) -> usize {
    match number {
        0 => 0,
        1..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFFFF_FFFF => 4,
        _ => 8,
    }
}

fn align(out: &mut Vec<u8>, to: usize) {
    out.resize(out.len().next_multiple_of(to.max(1)), 0);
}

fn uints(out: &mut Vec<u8>, numbers: &[u64], may_have_base: bool) {
    let (Some(min), Some(max)) = (numbers.iter().min(), numbers.iter().max()) else {
        return;
    };
    let (near, plain) = (width(max - min), width(*max));
    let saved = numbers.len() * (plain - near);
    let has_base = may_have_base && near < plain && (numbers.len() >= 8 || saved >= 8);
    let (base, width) = if has_base { (*min, near) } else { (0, plain) };
    out.push(width as u8 | if has_base { 0x80 } else { 0 });
    if has_base {
        out.extend(base.to_le_bytes());
    }
    align(out, width);
    for number in numbers {
        out.extend(&(number - base).to_le_bytes()[..width]);
    }
}

fn bools(out: &mut Vec<u8>, bits: &[bool], always_words: bool) {
    if !always_words && !bits.contains(&true) {
        out.push(1);
        return;
    }
    out.push(0);
    align(out, 8);
    let words = |bits: &[bool]| -> Vec<u64> {
        let word = |bits: &[bool]| (0..).zip(bits).map(|(at, bit)| u64::from(*bit) << at).sum();
        bits.chunks(64).map(word).collect()
    };
    let own = words(bits);
    let summary = words(&own.iter().map(|word| *word != 0).collect::<Vec<_>>());
    out.extend(
        own.iter()
            .chain(&summary)
            .flat_map(|word| word.to_le_bytes()),
    );
}

fn slices(out: &mut Vec<u8>, slices: &[&[u8]]) {
    if slices.is_empty() {
        return;
    }
    let mut offsets = vec![0];
    offsets.extend(slices.iter().scan(0, |end, slice| {
        *end += slice.len() as u64;
        Some(*end)
    }));
    uints(out, &offsets, false);
    out.extend(slices.concat());
}

fn shared(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

fn prefix_slices(out: &mut Vec<u8>, keys: &[&[u8]]) {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else {
        return;
    };
    let in_block = shared(first, last);
    let mut parts = vec![&first[..in_block]];
    let mut previous = None;
    for bundle in keys.chunks(BUNDLE) {
        let in_bundle = shared(bundle[0], bundle[bundle.len() - 1]);
        parts.push(&bundle[0][in_block..in_bundle]);
        for (at, key) in bundle.iter().enumerate() {
            parts.push(match at > 0 && previous == Some(key) {
                true => &[],
                false => &key[in_bundle..],
            });
            previous = Some(key);
        }
    }
    let ends = parts.iter().scan(0, |end, part| {
        *end += part.len() as u64;
        Some(*end)
    });
    out.push(4);
    uints(out, &ends.collect::<Vec<_>>(), false);
    out.extend(parts.concat());
}

/// Writes one column behind what is there.
type Column<'a> = (u8, Box<dyn Fn(&mut Vec<u8>) + 'a>);

fn frame(custom: &[u8], rows: usize, columns: &[Column<'_>]) -> Vec<u8> {
    let mut out = custom.to_vec();
    out.push(1);
    out.extend((columns.len() as u16).to_le_bytes());
    out.extend((rows as u32).to_le_bytes());
    let headers = out.len();
    out.resize(headers + columns.len() * 5, 0);
    for (number, (kind, write)) in columns.iter().enumerate() {
        let (start, at) = (out.len() as u32, headers + number * 5);
        out[at] = *kind;
        out[at + 1..at + 5].copy_from_slice(&start.to_le_bytes());
        write(&mut out);
    }
    out.push(0);
    out
}

/// A data block.
pub(crate) fn data(rows: &[Row]) -> Vec<u8> {
    let longest = rows.iter().map(|row| row.key.len()).max().unwrap_or(0) as u32;
    let keys: Vec<_> = rows.iter().map(|row| row.key.as_slice()).collect();
    let values: Vec<_> = rows.iter().map(|row| row.value.as_slice()).collect();
    let trailers: Vec<_> = rows.iter().map(Row::trailer).collect();
    let changed: Vec<_> = (0..keys.len())
        .map(|at| at == 0 || keys[at] != keys[at - 1])
        .collect();
    let no: Vec<_> = rows.iter().map(|_| false).collect();
    let none: Vec<&[u8]> = rows.iter().map(|_| &[][..]).collect();
    let columns: [Column<'_>; 7] = [
        (4, Box::new(|out| prefix_slices(out, &keys))),
        (3, Box::new(|out| slices(out, &none))),
        (2, Box::new(|out| uints(out, &trailers, true))),
        (1, Box::new(|out| bools(out, &changed, true))),
        (3, Box::new(|out| slices(out, &values))),
        (1, Box::new(|out| bools(out, &no, false))),
        (1, Box::new(|out| bools(out, &no, false))),
    ];
    frame(&longest.to_le_bytes(), rows.len(), &columns)
}

/// An index block of separators and the places of blocks.
pub(crate) fn index(entries: &[(Vec<u8>, u64, u64)]) -> Vec<u8> {
    let separators: Vec<_> = entries.iter().map(|(key, ..)| key.as_slice()).collect();
    let offsets: Vec<_> = entries.iter().map(|(_, offset, _)| *offset).collect();
    let lengths: Vec<_> = entries.iter().map(|(.., length)| *length).collect();
    let none: Vec<&[u8]> = entries.iter().map(|_| &[][..]).collect();
    let columns: [Column<'_>; 4] = [
        (3, Box::new(|out| slices(out, &separators))),
        (2, Box::new(|out| uints(out, &offsets, true))),
        (2, Box::new(|out| uints(out, &lengths, true))),
        (3, Box::new(|out| slices(out, &none))),
    ];
    frame(&[], entries.len(), &columns)
}

/// A block of range deletions, cut where any of them begins or ends.
pub(crate) fn spans(gone: &[Gone]) -> Vec<u8> {
    let mut boundaries: Vec<_> = gone.iter().flat_map(|g| [&g.start[..], &g.end]).collect();
    boundaries.sort_unstable();
    boundaries.dedup();
    let mut starts = Vec::new();
    let mut trailers = Vec::new();
    for boundary in &boundaries {
        starts.push(trailers.len() as u64);
        let over = gone
            .iter()
            .filter(|g| &g.start[..] <= *boundary && *boundary < &g.end[..]);
        let mut over: Vec<_> = over.map(|g| g.sequence << 8 | 15).collect();
        over.sort_unstable_by(|a, b| b.cmp(a));
        trailers.extend(over);
    }
    let none: Vec<&[u8]> = trailers.iter().map(|_| &[][..]).collect();
    let columns: [Column<'_>; 5] = [
        (3, Box::new(|out| slices(out, &boundaries))),
        (2, Box::new(|out| uints(out, &starts, true))),
        (2, Box::new(|out| uints(out, &trailers, true))),
        (3, Box::new(|out| slices(out, &none))),
        (3, Box::new(|out| slices(out, &none))),
    ];
    let count = boundaries.len() as u32;
    frame(&count.to_le_bytes(), trailers.len(), &columns)
}

/// A block of names and values.
pub(crate) fn pairs(pairs: &[(&[u8], Vec<u8>)]) -> Vec<u8> {
    let keys: Vec<_> = pairs.iter().map(|(key, _)| *key).collect();
    let values: Vec<_> = pairs.iter().map(|(_, value)| value.as_slice()).collect();
    let columns: [Column<'_>; 2] = [
        (3, Box::new(|out| slices(out, &keys))),
        (3, Box::new(|out| slices(out, &values))),
    ];
    frame(&[], pairs.len(), &columns)
}
