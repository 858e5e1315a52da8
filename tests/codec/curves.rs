//! Curves against the formula that defines them.

use extrema::codec::curves::{CURVE_COUNT, Curves, HALF_COSINE, LINE};

#[test]
fn every_curve_is_its_sum_of_sines() {
    let rows = std::array::from_fn(|k| {
        std::array::from_fn(|m| ((k as i32 * 37 + m as i32 * 101) % 256 - 128) as i8)
    });
    let curves = Curves::new(&rows);
    for ordinal in LINE..=CURVE_COUNT {
        for n in [1, 2, 3, 7, 100] {
            for i in 0..=n {
                let t = f64::from(i) / f64::from(n);
                let angle = std::f64::consts::PI * t;
                let expected = if ordinal == HALF_COSINE {
                    (1.0 - libm::cos(angle)) / 2.0
                } else {
                    curves.rows()[usize::from(ordinal) - 1]
                        .iter()
                        .zip(1..)
                        .map(|(&s, m)| f64::from(s) * libm::sin(f64::from(m) * angle) / 256.0)
                        .sum::<f64>()
                        + t
                };
                let value = curves.value(ordinal, i, n);
                assert!((value - expected).abs() < 1e-13, "curve {ordinal} at {i}/{n}");
            }
            assert_eq!(curves.value(ordinal, 0, n), 0.0);
            assert_eq!(curves.value(ordinal, n, n), 1.0);
        }
    }
}
