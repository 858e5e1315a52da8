//! Moves the ends of all segments at once to where the squared error is least.

use fearless_simd::Simd;

use super::ends::EndLevels;
use super::fit::{Fitter, Moments};
use crate::codec::record::Record;
use crate::codec::sample::level_to_sample;

/// How often ends are moved and curves chosen anew. A third time still gains 0.02 dB.
const ROUNDS: usize = 3;

/// A stretch of a stream between two cuts.
#[derive(Debug, Clone, Copy)]
pub struct Piece {
    /// Where it starts in the window, in samples.
    pub from: usize,
    pub length: usize,
    /// The level on which it ends.
    pub end: i16,
    /// 0 for a hold.
    pub ordinal: u8,
    /// How much its squared error counts.
    pub weight: f64,
    pub moments: Moments,
}

impl Piece {
    /// The record, where what does not move is a hold, so that it can be merged with others.
    pub fn record(&self, start: i16) -> Record {
        if self.ordinal == 0 || self.end == start {
            Record::hold(self.length as u32)
        } else {
            Record::curve(self.ordinal, self.length as u16, self.end)
        }
    }
}

/// Chooses the curves of all pieces that are no holds. Returns the weighted error of those.
#[inline(always)]
pub fn fit<S: Simd>(
    simd: S,
    fitter: &mut Fitter<'_>,
    samples: &[f64],
    start: i16,
    pieces: &mut [Piece],
) -> f64 {
    let (mut error, mut level) = (0.0, start);
    for piece in pieces {
        if piece.ordinal > 0 {
            let samples = &samples[piece.from..];
            let (start, end) = (level_to_sample(level), level_to_sample(piece.end));
            piece.ordinal = fitter.closest(simd, samples, piece.length, start, end);
            piece.moments = fitter.moments(simd, samples, piece.length, piece.ordinal);
            error += piece.weight * piece.moments.error(start, end);
        }
        level = piece.end;
    }
    error
}

/// Moves the ends of pieces, and chooses their curves anew. The last end stays, and so do those next to
/// a hold.
#[inline(always)]
pub fn polish<S: Simd>(
    simd: S,
    fitter: &mut Fitter<'_>,
    ends: &EndLevels,
    samples: &[f64],
    start: i16,
    pieces: &mut Vec<Piece>,
) {
    let mut error = fit(simd, fitter, samples, start, pieces);
    for _ in 0..ROUNDS {
        let mut moved = pieces.clone();
        move_ends(ends, start, &mut moved);
        let new_error = fit(simd, fitter, samples, start, &mut moved);
        // Rounding to levels can cost more than the move has gained.
        if new_error >= error {
            break;
        }
        (error, *pieces) = (new_error, moved);
    }
}

/// Least squares for all ends. An end takes part in two segments, so the equations form a tridiagonal
/// system, which is solved from the first end to the last and back.
fn move_ends(ends: &EndLevels, start: i16, pieces: &mut [Piece]) {
    /// What is left of an end's equation once the ends before it are eliminated:
    /// `end = constant − factor · next end`.
    #[derive(Clone, Copy)]
    struct Eliminated {
        constant: f64,
        factor: f64,
    }
    let mut before = Eliminated { constant: level_to_sample(start), factor: 0.0 };
    let mut eliminated = Vec::with_capacity(pieces.len());
    for (index, piece) in pieces.iter().enumerate() {
        let next = pieces.get(index + 1).filter(|next| next.ordinal > 0 && piece.ordinal > 0);
        before = match next {
            None => Eliminated { constant: level_to_sample(piece.end), factor: 0.0 },
            Some(next) => {
                let (own, next_weight) = (piece.weight, next.weight);
                let coupling = own * piece.moments.start_end;
                let diagonal = own * piece.moments.end_end + next_weight * next.moments.start_start;
                let right = own * piece.moments.end_x + next_weight * next.moments.start_x;
                let pivot = diagonal - coupling * before.factor;
                let constant = (right - coupling * before.constant) / pivot;
                Eliminated { constant, factor: next_weight * next.moments.start_end / pivot }
            }
        };
        eliminated.push(before);
    }
    let mut following = 0.0;
    for (piece, Eliminated { constant, factor }) in pieces.iter_mut().zip(eliminated).rev() {
        let end = constant - factor * following;
        if end.is_finite() {
            piece.end = ends.nearest(end);
        }
        // As it was rounded, so that the ends before make up for that as well as they can.
        following = level_to_sample(piece.end);
    }
}
