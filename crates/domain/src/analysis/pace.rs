//! How fast, how evenly and how lastingly each driver drove.

use crate::{
    analysis::{
        field::{Entry, Field},
        laps::ClassifiedLap,
        robust::{middle, quantile, scaled_deviation, theil_sen},
        stints::{pace_points, split},
    },
    ids::{CarClassId, DriverId, EntrantId},
};
use serde::Serialize;

/// With fewer pace laps there is neither fade nor evenness, and no rank: three laps lie on a line by chance.
pub const ENOUGH_PACE_LAPS: usize = 5;

/// Five numbers of a box plot over the pace laps, 1/10 000 s. Quartiles are quantiles of type 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LapSpread {
    /// The fastest.
    pub fastest: i64,
    /// A quarter of the laps were faster.
    pub lower_quartile: i64,
    /// Half were.
    pub median: i64,
    /// Three quarters were.
    pub upper_quartile: i64,
    /// The slowest.
    pub slowest: i64,
}

impl LapSpread {
    /// Of lap times in ascending order.
    fn of(sorted: &[i64]) -> Option<Self> {
        let at = |p| quantile(sorted, p).map(|time| time.round() as i64);
        Some(Self {
            fastest: *sorted.first()?,
            lower_quartile: at(0.25)?,
            median: at(0.5)?,
            upper_quartile: at(0.75)?,
            slowest: *sorted.last()?,
        })
    }
}

/// Places within the class, best first; equals share a place (1, 2, 2, 4). `None` below [`ENOUGH_PACE_LAPS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PaceRanks {
    /// By the median.
    pub median: Option<u32>,
    /// By the best lap.
    pub best: Option<u32>,
    /// By evenness.
    pub consistency: Option<u32>,
    /// By fade: whoever lost least a lap (or gained most) is first.
    pub fade: Option<u32>,
}

/// The pace of one entrant, or of one driver of a team.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pace {
    /// Who, or for which team.
    pub entrant: EntrantId,
    /// Which driver of the team; `None` for an entrant who is none.
    pub driver: Option<DriverId>,
    /// Their class.
    pub car_class_id: CarClassId,
    /// Number of pace laps.
    pub pace_laps: u32,
    /// Number of other laps, which are left out.
    pub other_laps: u32,
    /// Best lap that counts, 1/10 000 s; see [`ClassifiedLap::countable`].
    pub best: Option<i64>,
    /// Fastest, quartiles and slowest; `None` without pace laps.
    pub spread: Option<LapSpread>,
    /// Scatter about the own trend in 1/10 000 s, less is more even: 1.4826 x the median absolute distance of the pace
    /// laps from the line that has slope [`Pace::fade`] and, in each stint, the median of `time - fade x lap` as its
    /// height. So neither tyres that wear, nor a new set, nor one slow lap count as unevenness.
    pub consistency: Option<i64>,
    /// Change of the lap time per lap within a stint, 1/10 000 s; positive means slower. Theil-Sen over all pairs of
    /// pace laps of the same stint: wear of tyres less the weight of burnt fuel.
    pub fade: Option<f64>,
    /// Places within the class.
    pub ranks: PaceRanks,
}

/// The pace of an entry, or of one driver's stints.
fn pace_of(entry: &Entry<'_>, driver: Option<DriverId>) -> Pace {
    let stints = || split(&entry.laps).into_iter().filter(|laps| driver.is_none_or(|driver| laps[0].driver == driver));
    let groups: Vec<Vec<(u32, i64)>> = stints().map(pace_points).collect();
    let mut times: Vec<i64> = groups.iter().flatten().map(|(_, time)| *time).collect();
    times.sort_unstable();
    let driven = stints().flatten().count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let enough = times.len() >= ENOUGH_PACE_LAPS;
    let fade = enough.then(|| theil_sen(&groups)).flatten();
    let consistency = || {
        let slope = fade?;
        let mut residuals = Vec::with_capacity(times.len());
        for group in &groups {
            let heights: Vec<f64> = group.iter().map(|&(lap, time)| time as f64 - slope * f64::from(lap)).collect();
            if let Some(height) = middle(heights.clone()) {
                residuals.extend(heights.into_iter().map(|own| own - height));
            }
        }
        scaled_deviation(&residuals, 0.0).map(|deviation| deviation.round() as i64)
    };
    Pace {
        entrant: entry.id(),
        driver,
        car_class_id: entry.class(),
        pace_laps: count(times.len()),
        other_laps: count(driven - times.len()),
        best: stints().flatten().filter_map(ClassifiedLap::countable).min(),
        spread: LapSpread::of(&times),
        consistency: consistency(),
        fade,
        ranks: PaceRanks::default(),
    }
}

/// Places by a measure within each class, lower first.
fn rank(all: &mut [Pace], measure: impl Fn(&Pace) -> Option<f64>, slot: impl Fn(&mut PaceRanks) -> &mut Option<u32>) {
    let measured: Vec<(CarClassId, Option<f64>)> = all
        .iter()
        .map(|pace| (pace.car_class_id, measure(pace).filter(|_| pace.pace_laps as usize >= ENOUGH_PACE_LAPS)))
        .collect();
    for (pace, (class, value)) in all.iter_mut().zip(&measured) {
        let better = value.map(|value| {
            measured
                .iter()
                .filter(|(other, theirs)| other == class && theirs.is_some_and(|theirs| theirs < value))
                .count()
        });
        *slot(&mut pace.ranks) = better.and_then(|better| u32::try_from(better + 1).ok());
    }
}

/// The pace of everybody, in the order of the finish; of a team's drivers each by themselves, in the order in which they
/// took the wheel, as a team's laps mix the pace of several.
pub fn pace(field: &Field<'_>) -> Vec<Pace> {
    let mut all: Vec<Pace> = Vec::new();
    for entry in &field.entries {
        match entry.entrant.team_id() {
            Some(_) => all.extend(entry.drivers().into_iter().map(|driver| pace_of(entry, Some(driver)))),
            None => all.push(pace_of(entry, None)),
        }
    }
    rank(&mut all, |pace| Some(pace.spread?.median as f64), |ranks| &mut ranks.median);
    rank(&mut all, |pace| pace.best.map(|time| time as f64), |ranks| &mut ranks.best);
    rank(&mut all, |pace| pace.consistency.map(|value| value as f64), |ranks| &mut ranks.consistency);
    rank(&mut all, |pace| pace.fade, |ranks| &mut ranks.fade);
    all
}

/// The spread of a whole class: the box that each driver's box is compared with.
pub fn class_spread(field: &Field<'_>, class: CarClassId) -> Option<LapSpread> {
    let mut times: Vec<i64> =
        field.entries.iter().filter(|entry| entry.class() == class).flat_map(Entry::pace_lap_times).collect();
    times.sort_unstable();
    LapSpread::of(&times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        analysis::synthetic::{a_race, by_hand, of_a_team},
        lap::LapFlags,
    };
    use proptest::prelude::*;

    #[test]
    fn each_driver_of_a_team_has_a_pace_of_their_own_and_is_ranked_by_it() {
        let stint = |time: f64, last: u32| [[(time, 0); 6].as_slice(), &[(time + 20.0, last)]].concat();
        let pit = LapFlags::PITTED.0;
        let team = [stint(100.0, pit), stint(104.0, 0)].concat();
        let race = of_a_team(by_hand(&[&team, &[(102.0, 0); 14]], &[]), 0, 7);
        let field = Field::new(&race.session, &race.chart, &race.events);
        let lines: Vec<_> = pace(&field)
            .iter()
            .map(|pace| {
                let median = pace.spread.map(|spread| spread.median);
                (pace.entrant, pace.driver.map(|driver| driver.0), pace.pace_laps, median, pace.ranks.median)
            })
            .collect();
        let [team, solo] = [0, 1].map(|car| race.session.entrants[car].entrant_id);
        assert_eq!(
            lines,
            [
                (solo, None, 13, Some(1_020_000), Some(2)),
                (team, Some(100), 5, Some(1_000_000), Some(1)),
                (team, Some(900), 5, Some(1_040_000), Some(3)),
            ]
        );
    }

    proptest! {
        #[test]
        fn spreads_are_in_order_and_ranks_agree_with_their_measure(race in a_race()) {
            let field = Field::new(&race.session, &race.chart, &race.events);
            let all = pace(&field);
            for one in &all {
                if let Some(spread) = one.spread {
                    let numbers = [spread.fastest, spread.lower_quartile, spread.median, spread.upper_quartile, spread.slowest];
                    prop_assert!(numbers.is_sorted());
                }
                prop_assert!(one.consistency.is_none_or(|scatter| scatter >= 0));
                for other in all.iter().filter(|other| other.car_class_id == one.car_class_id) {
                    if let (Some(rank), Some(other_rank)) = (one.ranks.median, other.ranks.median) {
                        let (median, other_median) = (one.spread.map(|spread| spread.median), other.spread.map(|spread| spread.median));
                        prop_assert_eq!(rank.cmp(&other_rank), median.cmp(&other_median));
                    }
                }
            }
        }
    }
}
