//! The threshold means the same in decibels, in steps, and in whatever precision it comes.

use extrema::codec::Threshold;

#[test]
fn f32_decibels_and_whole_steps_give_the_same_number() {
    // Beyond about 4500 steps a step of `f32` decibels is wider than 1/1024 of a 16-bit step.
    for steps in 1..4500 {
        let threshold = Threshold::from_steps(f64::from(steps));
        assert_eq!(threshold.steps(), f64::from(steps));
        assert_eq!(
            Threshold::from_dbfs(f64::from(threshold.dbfs() as f32)),
            threshold,
            "{steps} steps"
        );
    }
}

#[test]
fn it_is_rounded_to_1024ths_of_a_step_and_never_above_full_scale() {
    let steps = |steps| Threshold::from_steps(steps).steps() * 1024.0;
    assert_eq!(steps(0.4 / 1024.0), 0.0);
    assert_eq!(steps(0.6 / 1024.0), 1.0);
    assert_eq!(steps(50.0 + 1.6 / 1024.0), 51_202.0);
    assert_eq!(Threshold::from_steps(-3.0), Threshold::OFF);
    assert_eq!(Threshold::from_steps(f64::NAN), Threshold::OFF);
    assert_eq!(Threshold::from_steps(1e9), Threshold::MAX);
    assert_eq!(Threshold::from_dbfs(6.0), Threshold::MAX);
    assert_eq!(Threshold::MAX.amplitude(), 1.0);
}
