//! The chunk of curves: a codebook that is not built in travels with the file.

use std::sync::Arc;

use crate::codec::Codebook;
use crate::codec::curves::{CURVE_COUNT, HALF_COSINE, LINE, Rows, SINES};

/// Size of the payload in bytes: a byte for each number of each curve.
const SIZE: usize = CURVE_COUNT as usize * SINES;

/// The payload for a codebook, or `None` if every decoder has it.
pub fn to_bytes(codebook: &Codebook) -> Option<Vec<u8>> {
    let is_built_in = Codebook::named(codebook.name()).is_some();
    let numbers = codebook.curves().rows().as_flattened();
    (!is_built_in).then(|| numbers.iter().map(|&number| number as u8).collect())
}

/// The codebook of a payload, under the name that the header gives.
///
/// # Errors
/// The rule that it breaks.
pub fn from_bytes(payload: &[u8], name: &str) -> Result<Arc<Codebook>, &'static str> {
    let bytes: &[u8; SIZE] =
        payload.try_into().map_err(|_| "a codebook has 1530 bytes: 6 for each of 255 curves")?;
    let mut rows: Rows = [[0; SINES]; CURVE_COUNT as usize];
    for (number, &byte) in rows.as_flattened_mut().iter_mut().zip(bytes) {
        *number = byte as i8;
    }
    for fixed in [LINE, HALF_COSINE] {
        if rows[usize::from(fixed) - 1] != [0; SINES] {
            return Err("the numbers of a codebook's first two curves are reserved and must be 0");
        }
    }
    let codebook = Codebook::new(name, &rows);
    if !codebook.has_right_name() {
        return Err("the codebook has the name of other curves");
    }
    // A built-in one is shared, with its tables.
    Ok(Codebook::named(name).unwrap_or(codebook))
}
