//! Writes the hostile corpus again after a family was changed.

use assent_tests::hostile;

fn main() -> std::io::Result<()> {
    let cases = hostile::corpus();
    hostile::keep(&cases)?;
    eprintln!("{} cases in {}", cases.len(), hostile::path().display());
    Ok(())
}
