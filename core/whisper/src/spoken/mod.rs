//! Numbers as they are spoken, in words of our own: a speech engine is left nothing to guess.

mod chinese;
mod english;

pub(crate) use chinese::{number as chinese, renminbi};
pub(crate) use english::{clearer, number as english};
