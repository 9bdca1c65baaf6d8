//! LMDB trusts its file: a page number that points nowhere is followed, and the process dies. So the file's structure is checked before
//! LMDB sees it, page by page as LMDB would walk it, and whatever does not fit is an error that names the page.
//!
//! What is checked is LMDB's own layout (format 1, 64-bit, little-endian, as on every platform that Assent is built for; on others the
//! check is left out): both meta pages, the tree of free pages, the tree of databases and the tree of each database. Every page must be
//! used exactly once, hold its own number, be of the kind that its place asks for, and keep its records within its bounds and in order.
//! Whether the records are the right ones is the seals' and the header's affair.

use std::path::Path;

use crate::env::DATA_FILE;
use crate::error::StoreError;

const MAGIC: u32 = 0xBEEF_C0DE;
const VERSION: u32 = 1;
const PAGE_HEADER: usize = 16;
const NODE_HEADER: usize = 8;
const META_BYTES: usize = 24 + 2 * DB_BYTES + 16;
const DB_BYTES: usize = 48;
const NONE: u64 = u64::MAX;
const BRANCH: u16 = 1;
const LEAF: u16 = 2;
const OVERFLOW: u16 = 4;
const META: u16 = 8;
const BIG: u16 = 1;
const SUB: u16 = 2;
/// LMDB's trees are never deeper.
const DEEPEST: u16 = 32;
/// The longest key that LMDB takes.
const LONGEST_KEY: usize = 511;

/// Checks the file in `home`, where there is one that is not empty.
pub(crate) fn check(home: &Path) -> Result<(), StoreError> {
    if cfg!(not(all(target_pointer_width = "64", target_endian = "little"))) {
        return Ok(());
    }
    match std::fs::read(home.join(DATA_FILE)) {
        Ok(bytes) if bytes.is_empty() => Ok(()),
        Ok(bytes) => match File::walk(&bytes) {
            // Power went before the first commit; LMDB would refuse what is left. Moved aside and not removed: it may be worth a look.
            Err(_) if was_never_committed_to(&bytes) => {
                Ok(std::fs::rename(home.join(DATA_FILE), home.join("data.unborn"))?)
            }
            walked => walked,
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Whether a file has no root of any commit: where its meta pages lie there is nothing, or what LMDB makes a new file with. It syncs
/// neither before the first commit, so of a small file any part may be there.
fn was_never_committed_to(bytes: &[u8]) -> bool {
    let is_blank_or_new = |at: &usize| {
        let sector = bytes.get(*at..).map(|rest| rest.get(..512).unwrap_or(rest)).unwrap_or_default();
        let txn = number(sector, PAGE_HEADER + META_BYTES - 8, 8);
        let is_new = number(sector, PAGE_HEADER, 4) == Some(u64::from(MAGIC)) && txn == Some(0);
        is_new || sector.iter().all(|byte| *byte == 0)
    };
    bytes.len() <= SMALL && is_blank_or_new(&0) && [4_096, 16_384, 65_536].iter().any(is_blank_or_new)
}

/// A file that only one commit was on its way into is not larger.
const SMALL: usize = 128 << 10;

/// Why a page does not fit.
fn bad<T>(page: u64, what: &'static str) -> Result<T, StoreError> {
    Err(StoreError::Page { page, what })
}

/// The number of this width at this place.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<u64> {
    let bytes = bytes.get(at..at.checked_add(width)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// What a database says of itself.
#[derive(Clone, Copy)]
struct Tree {
    flags: u16,
    depth: u16,
    pages: [u64; 3],
    entries: u64,
    root: u64,
}

impl Tree {
    fn read(bytes: &[u8]) -> Option<Self> {
        let field = |at| number(bytes, at, 8);
        Some(Self {
            flags: u16::try_from(number(bytes, 4, 2)?).ok()?,
            depth: u16::try_from(number(bytes, 6, 2)?).ok()?,
            pages: [field(8)?, field(16)?, field(24)?],
            entries: field(32)?,
            root: field(40)?,
        })
    }
}

/// A file that is being walked.
struct File<'f> {
    bytes: &'f [u8],
    page_size: usize,
    last: u64,
    used: Vec<bool>,
}

/// Which tree is walked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The free pages, by the number of the transaction that freed them.
    Free,
    /// The databases.
    Main,
    /// The records of one database.
    Records,
}

/// What was met in a tree.
#[derive(Default)]
struct Met<'f> {
    pages: [u64; 3],
    entries: u64,
    /// The last key, by which the order is known.
    key: Option<&'f [u8]>,
    /// The values of the trees that are about the others.
    values: Vec<&'f [u8]>,
}

impl<'f> File<'f> {
    fn walk(bytes: &'f [u8]) -> Result<(), StoreError> {
        // Both meta pages name the page size; page 0 is read with it unknown.
        let page_size = number(bytes, PAGE_HEADER + 24, 4)
            .and_then(|size| usize::try_from(size).ok())
            .unwrap_or_default();
        if !page_size.is_power_of_two() || !(512..=65_536).contains(&page_size) {
            return bad(0, "its page size is none");
        }
        let mut file = Self { bytes, page_size, last: 1, used: Vec::new() };
        let [first, second] = [file.meta(0)?, file.meta(1)?];
        let (txn, mapped, last, free, main) = if first.0 >= second.0 { first } else { second };
        if [first, second].iter().enumerate().any(|(at, meta)| meta.0 != 0 && meta.0 & 1 != at as u64) {
            return bad(u64::from(first.0 & 1 == 0), "its transaction belongs on the other page");
        }
        // A store that was begun and not committed to once more has two metas of transaction 0.
        if first.0.abs_diff(second.0) > 1 {
            return bad(u64::from(first.0 > second.0), "its transaction is not the one before the other's");
        }
        file.last = last;
        let pages = last.checked_add(1).and_then(|pages| usize::try_from(pages).ok());
        let Some(needed) = pages.and_then(|pages| pages.checked_mul(page_size)).filter(|_| last >= 1) else {
            return bad(txn & 1, "its last page is none");
        };
        if mapped != 0 && (needed as u64) > mapped {
            return bad(txn & 1, "its last page lies beyond the map");
        }
        if needed > bytes.len() {
            // LMDB leaves the last pages unwritten where they are free; they are found free below or missed.
            file.used = vec![false; pages.unwrap_or_default().min(bytes.len() / page_size + FREE_TAIL)];
            if file.used.len() < pages.unwrap_or(usize::MAX) {
                return bad(bytes.len() as u64 / page_size as u64, "the file ends before it");
            }
        } else {
            file.used = vec![false; pages.unwrap_or_default()];
        }
        file.used.iter_mut().take(2).for_each(|used| *used = true);
        for list in file.tree(txn & 1, &free, Kind::Free)?.values {
            file.free(list)?;
        }
        for record in file.tree(txn & 1, &main, Kind::Main)?.values {
            let Some(tree) = Tree::read(record) else { return bad(main.root, "a database is not one") };
            file.tree(main.root, &tree, Kind::Records)?;
        }
        match file.used.iter().position(|used| !used) {
            Some(lost) => bad(lost as u64, "it is neither used nor free"),
            None => Ok(()),
        }
    }

    /// Transaction, map size, last page, free pages and databases of a meta page.
    fn meta(&self, at: u64) -> Result<(u64, u64, u64, Tree, Tree), StoreError> {
        let read = || {
            let page = self.page(at).ok()?;
            let meta = page.get(PAGE_HEADER..PAGE_HEADER.checked_add(META_BYTES)?)?;
            let sound = number(page, 0, 8)? == at
                && number(page, 10, 2)? == u64::from(META)
                && number(meta, 0, 4)? == u64::from(MAGIC)
                && number(meta, 4, 4)? == u64::from(VERSION)
                && number(meta, 24, 4)? == self.page_size as u64;
            let trees = (Tree::read(meta.get(24..)?)?, Tree::read(meta.get(24 + DB_BYTES..)?)?);
            let rest = 24 + 2 * DB_BYTES;
            let (last, txn) = (number(meta, rest, 8)?, number(meta, rest + 8, 8)?);
            sound.then_some((txn, number(meta, 16, 8)?, last, trees.0, trees.1))
        };
        read().map_or_else(|| bad(at, "it is no meta page"), Ok)
    }

    fn page(&self, at: u64) -> Result<&'f [u8], StoreError> {
        let start = usize::try_from(at).ok().and_then(|at| at.checked_mul(self.page_size));
        let page = start.and_then(|start| self.bytes.get(start..start.checked_add(self.page_size)?));
        page.map_or_else(|| bad(at, "the file ends before it"), Ok)
    }

    /// Notes that a page is used, once.
    fn take(&mut self, by: u64, at: u64) -> Result<(), StoreError> {
        match usize::try_from(at).ok().and_then(|at| self.used.get_mut(at)) {
            None => bad(by, "it points beyond the last page"),
            Some(true) => bad(by, "it points to a page that is used elsewhere"),
            Some(used) => {
                *used = true;
                Ok(())
            }
        }
    }

    /// Walks a tree and compares it with what its record says.
    fn tree(&mut self, by: u64, tree: &Tree, kind: Kind) -> Result<Met<'f>, StoreError> {
        let flags = tree.flags & !0x8000;
        // The tree of free pages has integers for keys; no database of ours has any flag.
        if flags != if kind == Kind::Free { 8 } else { 0 } {
            return bad(by, "a tree has flags that none has");
        }
        let mut met = Met::default();
        if tree.root != NONE {
            if tree.depth == 0 || tree.depth > DEEPEST {
                return bad(by, "a tree has a depth that none has");
            }
            self.node(by, tree.root, tree.depth, kind, None, &mut met)?;
        } else if tree.depth != 0 {
            return bad(by, "an empty tree has a depth");
        }
        if met.pages != tree.pages || met.entries != tree.entries {
            return bad(by, "a tree is not of the size that is written");
        }
        Ok(met)
    }

    /// Walks a page and all below it. `from` is the key that the branch above gives as the least.
    fn node(
        &mut self,
        by: u64,
        at: u64,
        depth: u16,
        kind: Kind,
        from: Option<&'f [u8]>,
        met: &mut Met<'f>,
    ) -> Result<(), StoreError> {
        self.take(by, at)?;
        let page = self.page(at)?;
        let wanted = if depth == 1 { LEAF } else { BRANCH };
        let (own, flags) = (number(page, 0, 8), number(page, 10, 2));
        if own != Some(at) || flags != Some(u64::from(wanted)) {
            return bad(at, "its head is not that of its place");
        }
        let field = |at| number(page, at, 2).and_then(|field| usize::try_from(field).ok());
        let (Some(lower), Some(upper)) = (field(12), field(14)) else { return bad(at, "its head is cut") };
        if lower < PAGE_HEADER || lower > upper || upper > self.page_size || lower & 1 == 1 {
            return bad(at, "its bounds are none");
        }
        let count = (lower - PAGE_HEADER) / 2;
        if count == 0 || (wanted == BRANCH && count < 2) {
            return bad(at, "it holds too little");
        }
        if let Some(pages) = met.pages.get_mut(usize::from(depth == 1)) {
            *pages = pages.saturating_add(1);
        }
        let mut spans = Vec::with_capacity(count);
        for nth in 0..count {
            let Some(start) = field(PAGE_HEADER + 2 * nth) else { return bad(at, "its head is cut") };
            let node = page.get(start..).filter(|_| start >= upper && start & 1 == 0);
            let Some(node) = node else { return bad(at, "a record lies outside of its bounds") };
            let read = |at| number(node, at, 2).and_then(|field| u16::try_from(field).ok());
            let (Some(low), Some(high), Some(node_flags), Some(key_size)) =
                (read(0), read(2), read(4), read(6))
            else {
                return bad(at, "a record lies outside of its bounds");
            };
            let key_size = usize::from(key_size);
            let Some(key) = node.get(NODE_HEADER..NODE_HEADER + key_size).filter(|_| key_size <= LONGEST_KEY)
            else {
                return bad(at, "a key lies outside of its bounds");
            };
            if wanted == BRANCH {
                let child = u64::from(low) | u64::from(high) << 16 | u64::from(node_flags) << 32;
                spans.push((start, start + even(NODE_HEADER + key_size)));
                // The first key of a branch page is never looked at.
                let least = if nth == 0 { from } else { Some(key) };
                if nth > 0 && met.key.is_some_and(|last| order(last, key, kind).is_ge()) {
                    return bad(at, "its keys are out of order");
                }
                self.node(at, child, depth - 1, kind, least, met)?;
                continue;
            }
            let size = usize::from(low) | usize::from(high) << 16;
            if key.is_empty()
                || kind == Kind::Free && key.len() != 8
                || met.key.is_some_and(|last| order(last, key, kind).is_ge())
                || from.is_some_and(|least| order(key, least, kind).is_lt())
            {
                return bad(at, "its keys are out of order");
            }
            let kept = if node_flags & BIG == 0 { size } else { 8 };
            let begin = NODE_HEADER + key_size;
            let Some(mut value) = node.get(begin..begin + kept) else {
                return bad(at, "a value lies outside of its bounds");
            };
            spans.push((start, start + even(begin + kept)));
            match (node_flags, kind) {
                (SUB, Kind::Main) if size == DB_BYTES => {}
                (0, Kind::Free | Kind::Records) => {}
                (BIG, Kind::Free | Kind::Records) => {
                    value = self.overflow(at, number(value, 0, 8).unwrap_or(NONE), size, met)?;
                }
                _ => return bad(at, "a record is of a kind that has no place there"),
            }
            met.key = Some(key);
            met.entries = met.entries.saturating_add(1);
            if kind != Kind::Records {
                met.values.push(value);
            }
        }
        // Records fill the page from its end without gaps and without overlap.
        spans.sort_unstable();
        let mut next = upper;
        for (start, end) in spans {
            if start != next {
                return bad(at, "its records do not lie side by side");
            }
            next = end;
        }
        if next == self.page_size { Ok(()) } else { bad(at, "its records do not lie side by side") }
    }

    /// A value that has pages of its own.
    fn overflow(&mut self, by: u64, at: u64, size: usize, met: &mut Met<'f>) -> Result<&'f [u8], StoreError> {
        self.take(by, at)?;
        let head = self.page(at)?;
        if number(head, 0, 8) != Some(at) || number(head, 10, 2) != Some(u64::from(OVERFLOW)) {
            return bad(at, "its head is not that of its place");
        }
        // LMDB does not shrink what was larger.
        let count = number(head, 12, 4).unwrap_or_default();
        if count < (PAGE_HEADER + size).div_ceil(self.page_size) as u64 {
            return bad(at, "its value does not fit");
        }
        for page in at.saturating_add(1)..at.saturating_add(count) {
            self.take(at, page)?;
        }
        if let Some(pages) = met.pages.get_mut(2) {
            *pages = pages.saturating_add(count);
        }
        let start =
            usize::try_from(at).ok().and_then(|at| at.checked_mul(self.page_size)?.checked_add(PAGE_HEADER));
        let value = start.and_then(|start| self.bytes.get(start..start.checked_add(size)?));
        value.map_or_else(|| bad(at, "the file ends before it"), Ok)
    }

    /// The pages that one transaction freed: their count, then their numbers, the largest first.
    fn free(&mut self, list: &[u8]) -> Result<(), StoreError> {
        let mut numbers = list.chunks(8).map(|chunk| number(chunk, 0, 8).unwrap_or(NONE));
        let count = numbers.next().and_then(|count| usize::try_from(count).ok());
        if !list.len().is_multiple_of(8) || count.is_none_or(|count| count > list.len() / 8) {
            return bad(0, "a list of free pages is none");
        }
        let mut before = NONE;
        for page in numbers.take(count.unwrap_or_default()) {
            if page >= before {
                return bad(page, "a list of free pages is out of order");
            }
            self.take(page, page)?;
            before = page;
        }
        Ok(())
    }
}

/// So many free pages at the end of the file may not have been written yet.
const FREE_TAIL: usize = 1 << 20;

/// LMDB keeps records at even places.
fn even(size: usize) -> usize {
    size.next_multiple_of(2)
}

fn order(left: &[u8], right: &[u8], kind: Kind) -> std::cmp::Ordering {
    if kind == Kind::Free {
        return number(left, 0, 8).cmp(&number(right, 0, 8));
    }
    left.cmp(right)
}
