use super::story::StoryEventBody;
use domain::{
    EntrantId, LapChart, Session,
    analysis::{
        ClassifiedLap, Entry, Field, LapClass, LapReason, LapSpread, Ledger, Pace, PaceRanks, PlaceCause, PlaceStep,
        RaceEvent, RatingEstimate, Scope, Stint, cautions_unknown, class_spread, ledger, pace, rating_estimates,
        stints, story,
    },
};
use serde::Serialize;
use utoipa::ToSchema;

/// What the laps and the result of one simsession say. Laps are columns in the order of those of the same entrant in
/// `/session/{subsession_id}/laps`. Times are 1/10 000 s.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RaceAnalysis)]
pub(crate) struct AnalysisBody {
    subsession_id: i64,
    simsession: i32,
    /// What the numbers in `lapClass` stand for.
    lap_classes: &'static [LapClassBody],
    /// What the numbers in `lapReason` stand for.
    lap_reasons: &'static [LapReasonBody],
    car_classes: Vec<ClassAnalysisBody>,
    /// Everybody with a result in this simsession, in the order of the finish.
    entrants: Vec<EntrantAnalysisBody>,
    /// Whose `story` and `placeSteps` these are: `entrant`, else the caller's; null if the caller did not take part.
    entrant_id: Option<String>,
    /// Whether iRacing's event log is known. Without it there are no penalties in `story` and no laps under caution: such
    /// laps are of another class. Always false for practice and qualifying, which are not asked for.
    events_known: bool,
    /// Whether laps were, or may have been, driven under caution and nothing says which: they count as other laps.
    cautions_unknown: bool,
    /// By lap. Empty for practice and qualifying.
    story: Vec<StoryEventBody>,
    /// Each place that `entrantId` won or lost; the sums are in their `ledger`.
    place_steps: PlaceStepsBody,
}

/// A class of the field.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ClassAnalysis)]
pub(crate) struct ClassAnalysisBody {
    car_class_id: i64,
    /// Of the pace laps of all its entrants.
    spread: Option<LapSpreadBody>,
    /// Whether the rating formula holds: an official race of drivers, all rated, without heats.
    rated: bool,
}

/// One entrant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EntrantAnalysis)]
pub(crate) struct EntrantAnalysisBody {
    /// `driver:<id>`, `team:<id>` or `ai:<number>`.
    entrant_id: String,
    car_class_id: i64,
    /// Numbers into `lapClasses`, one a lap.
    lap_class: Vec<u8>,
    /// Numbers into `lapReasons`, one a lap.
    lap_reason: Vec<u8>,
    /// Laps that were at least partly under caution, whatever their class.
    caution_laps: Vec<u32>,
    /// Times that iRacing did not give, found as differences of session times.
    recovered: Vec<RecoveredLapBody>,
    stints: Vec<StintBody>,
    /// One; of a team one for each driver who drove, in the order in which they took the wheel.
    paces: Vec<PaceBody>,
    ledger: LedgersBody,
    /// Null where the formula does not hold, and in simsessions before the main event.
    rating: Option<RatingBody>,
}

/// A lap whose time was recovered.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RecoveredLap)]
pub(crate) struct RecoveredLapBody {
    lap: u32,
    lap_time: i64,
}

/// Laps in a row by one driver without a stop.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Stint)]
pub(crate) struct StintBody {
    /// Who drove.
    driver_id: i64,
    first_lap: u32,
    last_lap: u32,
    pace_laps: u32,
    /// Of the pace laps.
    median: Option<i64>,
    best: Option<i64>,
    /// Change of the lap time per lap; positive is slower.
    fade: Option<f64>,
}

/// Five numbers of a box plot over pace laps.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = LapSpread)]
pub(crate) struct LapSpreadBody {
    fastest: i64,
    lower_quartile: i64,
    median: i64,
    upper_quartile: i64,
    slowest: i64,
}

/// The pace of one entrant, or of one driver of a team: of their pace laps alone.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Pace)]
pub(crate) struct PaceBody {
    /// Which driver of the team; null for an entrant who is none.
    driver_id: Option<i64>,
    pace_laps: u32,
    /// Laps that are left out.
    other_laps: u32,
    /// The best lap that iRacing lets count.
    best: Option<i64>,
    /// Quartiles, with the median.
    spread: Option<LapSpreadBody>,
    /// Scatter about the own trend; less is more even. Null below five pace laps.
    consistency: Option<i64>,
    /// Change of the lap time per lap within a stint; positive is slower. Null below five pace laps.
    fade: Option<f64>,
    ranks: PaceRanksBody,
}

/// Places in class, best first, of a team's drivers each by themselves; null below five pace laps.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PaceRanks)]
pub(crate) struct PaceRanksBody {
    median: Option<u32>,
    best: Option<u32>,
    consistency: Option<u32>,
    fade: Option<u32>,
}

/// Where places were won and lost. Null for practice and qualifying, and without a place on the grid or in the result.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ledgers)]
pub(crate) struct LedgersBody {
    overall: Option<LedgerBody>,
    in_class: Option<LedgerBody>,
}

/// Places won (+) and lost (-) from grid to finish: `gained` = `start` - `finish` is the sum of the five parts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Ledger)]
pub(crate) struct LedgerBody {
    start: u32,
    finish: u32,
    gained: i32,
    /// Until the end of lap 1.
    at_start: i32,
    by_pace: i32,
    /// By pit stops, own ones and those of others.
    by_pit: i32,
    /// By incidents, own ones (own retirement too) and those of others.
    by_incidents: i32,
    /// By others who retired.
    by_retirements: i32,
}

/// Each place won or lost, by lap.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PlaceSteps)]
pub(crate) struct PlaceStepsBody {
    overall: Vec<PlaceStepBody>,
    in_class: Vec<PlaceStepBody>,
}

/// One place won or lost.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PlaceStep)]
pub(crate) struct PlaceStepBody {
    /// The lap at whose end it showed; one after the last for what only the result shows.
    lap: u32,
    /// The entrant won from, or lost to.
    other: String,
    /// 1 won, -1 lost.
    places: i32,
    cause: PlaceCauseBody,
}

/// What the rating formula says: an estimate.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = RatingEstimate)]
pub(crate) struct RatingBody {
    /// Before the race.
    irating: i32,
    /// In class.
    place: u32,
    /// The mean place in class to expect from the ratings.
    expected_place: f64,
    /// Estimated change of iRating.
    change: f64,
    /// The change that iRacing made.
    actual_change: Option<i32>,
}

/// Why a place was won or lost.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = PlaceCause)]
pub(crate) enum PlaceCauseBody {
    Start,
    Pace,
    Pit,
    Incident,
    Retirement,
}

/// A closed list of words of which bodies give the number, as the lists for 60 cars of 700 laps are long.
macro_rules! numbered {
    ($(#[$meta:meta])* $name:ident as $schema:ident from $domain:ident: $($word:ident),*) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        #[schema(as = $schema)]
        pub(crate) enum $name {
            $($word),*
        }

        impl $name {
            /// Each at the place of its number.
            const ALL: &[Self] = &[$(Self::$word),*];

            fn number(value: $domain) -> u8 {
                let word = match value {
                    $($domain::$word => Self::$word),*
                };
                word as u8
            }
        }
    };
}

numbered! {
    /// The kind of a lap. Statistics of pace use `pace` alone.
    LapClassBody as LapClass from LapClass: Grid, First, Pace, In, Out, Caution, Invalid, Tow, Outlier
}

numbered! {
    /// Why a lap is of its class.
    LapReasonBody as LapReason from LapReason:
    Grid, FirstLap, Clean, Pitted, AfterPit, Caution, InvalidFlag, NotTimed, Discontinuity, Towed, Reset, Slow
}

/// Hundredths say all that an estimate can.
fn rounded(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

impl AnalysisBody {
    /// Analyses a simsession with its event log, if that is known, and tells it as `told` lived it.
    pub(crate) fn of(
        session: &Session,
        chart: &LapChart,
        events: Option<&[RaceEvent]>,
        told: Option<EntrantId>,
    ) -> Self {
        let field = Field::new(session, chart, events.unwrap_or_default());
        let raced = session.is_race(chart.simsession);
        let ratings: Vec<_> = session
            .car_classes
            .iter()
            .filter(|_| chart.simsession == session.main_event())
            .filter_map(|class| rating_estimates(session, class.car_class_id))
            .flatten()
            .collect();
        let ledger_of = |entrant, scope| if raced { ledger(&field, entrant, scope) } else { None };
        let steps_of = |scope| {
            let steps = told.and_then(|entrant| ledger_of(entrant, scope)).map(|ledger| ledger.steps);
            steps.into_iter().flatten().map(Into::into).collect()
        };
        let paces = pace(&field);
        let entrant = |entry: &Entry<'_>| {
            let paces = paces.iter().filter(|pace| pace.entrant == entry.id()).cloned();
            let rating = ratings.iter().find(|rating| rating.entrant == entry.id()).copied();
            let ledgers = [Scope::Overall, Scope::Class].map(|scope| ledger_of(entry.id(), scope));
            EntrantAnalysisBody::of(entry, paces.map(Into::into).collect(), ledgers, rating)
        };
        let car_classes = session.car_classes.iter().map(|class| ClassAnalysisBody {
            car_class_id: class.car_class_id.0,
            spread: class_spread(&field, class.car_class_id).map(Into::into),
            rated: ratings.iter().any(|rating| rating.car_class_id == class.car_class_id),
        });
        // The result counts those of the main event.
        let caution_laps = session.info.caution_laps.filter(|_| chart.simsession == session.main_event());
        let told_events = told.filter(|_| raced).map(|entrant| story(&field, entrant)).unwrap_or_default();
        Self {
            subsession_id: session.info.subsession_id.0,
            simsession: chart.simsession,
            lap_classes: LapClassBody::ALL,
            lap_reasons: LapReasonBody::ALL,
            car_classes: car_classes.collect(),
            entrants: field.entries.iter().map(entrant).collect(),
            entrant_id: told.map(|entrant| entrant.to_string()),
            events_known: events.is_some(),
            cautions_unknown: raced && cautions_unknown(events, caution_laps),
            story: told_events.into_iter().map(Into::into).collect(),
            place_steps: PlaceStepsBody { overall: steps_of(Scope::Overall), in_class: steps_of(Scope::Class) },
        }
    }
}

impl EntrantAnalysisBody {
    fn of(
        entry: &Entry<'_>,
        paces: Vec<PaceBody>,
        [overall, in_class]: [Option<Ledger>; 2],
        rating: Option<RatingEstimate>,
    ) -> Self {
        let recovered = |lap: &ClassifiedLap| {
            let lap_time = lap.lap_time.filter(|_| lap.recovered)?;
            Some(RecoveredLapBody { lap: lap.number, lap_time })
        };
        Self {
            entrant_id: entry.id().to_string(),
            car_class_id: entry.class().0,
            lap_class: entry.laps.iter().map(|lap| LapClassBody::number(lap.class)).collect(),
            lap_reason: entry.laps.iter().map(|lap| LapReasonBody::number(lap.reason)).collect(),
            caution_laps: entry.laps.iter().filter(|lap| lap.caution).map(|lap| lap.number).collect(),
            recovered: entry.laps.iter().filter_map(recovered).collect(),
            stints: stints(entry).into_iter().map(Into::into).collect(),
            paces,
            ledger: LedgersBody { overall: overall.map(Into::into), in_class: in_class.map(Into::into) },
            rating: rating.map(Into::into),
        }
    }
}

impl From<Stint> for StintBody {
    fn from(stint: Stint) -> Self {
        let Stint { driver, first_lap, last_lap, pace_laps, median, best, fade } = stint;
        Self { driver_id: driver.0, first_lap, last_lap, pace_laps, median, best, fade: fade.map(rounded) }
    }
}

impl From<LapSpread> for LapSpreadBody {
    fn from(spread: LapSpread) -> Self {
        let LapSpread { fastest, lower_quartile, median, upper_quartile, slowest } = spread;
        Self { fastest, lower_quartile, median, upper_quartile, slowest }
    }
}

impl From<Pace> for PaceBody {
    fn from(pace: Pace) -> Self {
        let Pace { entrant: _, driver, car_class_id: _, pace_laps, other_laps, best, spread, consistency, fade, ranks } =
            pace;
        let PaceRanks { median, best: best_rank, consistency: consistency_rank, fade: fade_rank } = ranks;
        Self {
            driver_id: driver.map(|driver| driver.0),
            pace_laps,
            other_laps,
            best,
            spread: spread.map(Into::into),
            consistency,
            fade: fade.map(rounded),
            ranks: PaceRanksBody { median, best: best_rank, consistency: consistency_rank, fade: fade_rank },
        }
    }
}

impl From<Ledger> for LedgerBody {
    fn from(ledger: Ledger) -> Self {
        let gained = ledger.gained();
        let Ledger { scope: _, start, finish, at_start, by_pace, by_pit, by_incidents, by_retirements, steps: _ } =
            ledger;
        Self { start, finish, gained, at_start, by_pace, by_pit, by_incidents, by_retirements }
    }
}

impl From<PlaceStep> for PlaceStepBody {
    fn from(step: PlaceStep) -> Self {
        let PlaceStep { lap, other, places, cause } = step;
        Self { lap, other: other.to_string(), places, cause: cause.into() }
    }
}

impl From<PlaceCause> for PlaceCauseBody {
    fn from(cause: PlaceCause) -> Self {
        match cause {
            PlaceCause::Start => Self::Start,
            PlaceCause::Pace => Self::Pace,
            PlaceCause::Pit => Self::Pit,
            PlaceCause::Incident => Self::Incident,
            PlaceCause::Retirement => Self::Retirement,
        }
    }
}

impl From<RatingEstimate> for RatingBody {
    fn from(estimate: RatingEstimate) -> Self {
        let RatingEstimate { entrant: _, car_class_id: _, irating, place, expected_place, change, actual_change } =
            estimate;
        Self { irating, place, expected_place: rounded(expected_place), change: rounded(change), actual_change }
    }
}
