//! Statistics that a few odd laps do not upset. Values are lap times in 1/10 000 s.

/// The quantile of type 7 (Hyndman & Fan 1996; the default of R and NumPy): linear between the order statistics around
/// `h = (n - 1) p`.
///
/// `sorted` must be in ascending order, `p` within 0 to 1. `None` without values.
pub fn quantile(sorted: &[i64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let h = last as f64 * p.clamp(0.0, 1.0);
    let below = h.floor() as usize;
    let low = sorted[below] as f64;
    let high = sorted[(below + 1).min(last)] as f64;
    Some(low + (h - h.floor()) * (high - low))
}

/// The median: the quantile at one half. The values may be in any order.
pub fn median(values: &[i64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    quantile(&sorted, 0.5)
}

/// The median absolute deviation from `centre`, times 1.4826: for normally distributed values the standard deviation
/// (Hampel 1974).
pub fn scaled_deviation(values: &[f64], centre: f64) -> Option<f64> {
    let deviations = values.iter().map(|value| (value - centre).abs()).collect();
    middle(deviations).map(|deviation| 1.4826 * deviation)
}

/// Points of a group whose pairs [`theil_sen`] looks at: more than any stint has laps. Of a larger group it takes points
/// at even distances, as the pairs of ten thousand do not fit into memory.
const MOST_POINTS: usize = 1_000;

/// The slope of Theil and Sen (Sen 1968): the median of the slopes between all pairs of points.
///
/// Only points of the same group make a pair, so a step from one group to the next (a pit stop) is not taken for a
/// slope. `None` if no group has two points with different abscissas.
pub fn theil_sen(groups: &[Vec<(u32, i64)>]) -> Option<f64> {
    let mut slopes = Vec::new();
    for group in groups {
        let every = group.len().div_ceil(MOST_POINTS).max(1);
        let group: Vec<_> = group.iter().copied().step_by(every).collect();
        for (index, &(x, y)) in group.iter().enumerate() {
            for &(other_x, other_y) in &group[index + 1..] {
                if other_x != x {
                    slopes.push((other_y - y) as f64 / (f64::from(other_x) - f64::from(x)));
                }
            }
        }
    }
    middle(slopes)
}

/// The median of numbers with fractions; with an even count the mean of the middle two.
pub fn middle(mut values: Vec<f64>) -> Option<f64> {
    let half = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let even = values.len().is_multiple_of(2);
    let (below, upper, _) = values.select_nth_unstable_by(half, f64::total_cmp);
    let upper = *upper;
    if !even {
        return Some(upper);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some(f64::midpoint(lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_are_those_of_r_type_7() {
        // quantile(c(1, 2, 4, 8), c(.25, .5, .75), type = 7) in R
        let values = [1, 2, 4, 8];
        assert_eq!([0.25, 0.5, 0.75].map(|p| quantile(&values, p)), [Some(1.75), Some(3.0), Some(5.0)]);
        assert_eq!(quantile(&[], 0.5), None);
    }

    #[test]
    fn one_wild_point_does_not_move_the_slope() {
        let mut line: Vec<(u32, i64)> = (0..11).map(|lap| (lap, 1_000 + 7 * i64::from(lap))).collect();
        line[3].1 = 90_000;
        assert_eq!(theil_sen(&[line]), Some(7.0));
        assert_eq!(theil_sen(&[vec![(1, 5)], vec![(2, 9)]]), None);
    }

    #[test]
    fn a_hundred_thousand_points_fit_into_memory() {
        let line: Vec<(u32, i64)> = (0..100_000).map(|lap| (lap, 7 * i64::from(lap))).collect();
        assert_eq!(theil_sen(&[line]), Some(7.0));
    }

    proptest! {
        #[test]
        fn quantiles_grow_with_p_and_stay_within_the_values(
            mut values in prop::collection::vec(0i64..1_000_000, 1..60), p in 0.0f64..1.0, q in 0.0f64..1.0,
        ) {
            values.sort_unstable();
            let at = |p| quantile(&values, p).expect("there are values");
            prop_assert!(at(p.min(q)) <= at(p.max(q)));
            prop_assert_eq!((at(0.0), at(1.0)), (values[0] as f64, values[values.len() - 1] as f64));
        }

        #[test]
        fn half_of_the_values_lie_on_each_side_of_the_median(values in prop::collection::vec(-500i64..500, 1..60)) {
            let median = median(&values).expect("there are values");
            let below = values.iter().filter(|&&value| (value as f64) < median).count();
            let above = values.iter().filter(|&&value| (value as f64) > median).count();
            prop_assert!(below * 2 <= values.len() && above * 2 <= values.len());
            prop_assert_eq!(middle(values.iter().map(|&value| value as f64).collect()), Some(median));
        }

        #[test]
        fn a_slope_follows_its_line(points in prop::collection::vec((0u32..100, -500i64..500), 2..30), slope in -50i64..50) {
            let tilted: Vec<(u32, i64)> = points.iter().map(|&(x, y)| (x, y + slope * i64::from(x))).collect();
            match (theil_sen(&[points]), theil_sen(&[tilted])) {
                (Some(flat), Some(steep)) => prop_assert!((steep - flat - slope as f64).abs() < 1e-6),
                (flat, steep) => prop_assert_eq!(flat, steep),
            }
        }
    }
}
