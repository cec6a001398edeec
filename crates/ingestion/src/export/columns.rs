//! What tables of races, journal and laps have for columns, whatever they are written as.

use domain::{Race, export::ExportedLap, journal::JournalEntry};
use jiff::Timestamp;

/// Rows with the same columns.
pub(super) struct Table {
    /// What the rows are.
    pub(super) name: &'static str,
    pub(super) rows: usize,
    pub(super) columns: Vec<Column>,
}

/// One value a row, under the name that the API uses.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) values: Values,
}

/// Values of one type; `None` where a row has none.
pub(super) enum Values {
    Text(Vec<Option<String>>),
    Integer(Vec<Option<i64>>),
    Decimal(Vec<Option<f64>>),
    Flag(Vec<Option<bool>>),
    Time(Vec<Option<Timestamp>>),
}

/// Gathers the columns of some rows.
struct Columns<'a, T> {
    rows: &'a [T],
    columns: Vec<Column>,
}

impl<T> Columns<'_, T> {
    fn text(self, name: &'static str, value: impl Fn(&T) -> Option<String>) -> Self {
        let values = Values::Text(self.rows.iter().map(value).collect());
        self.with(name, values)
    }

    fn integer<N: Into<i64>>(self, name: &'static str, value: impl Fn(&T) -> Option<N>) -> Self {
        let values = Values::Integer(self.rows.iter().map(|row| value(row).map(Into::into)).collect());
        self.with(name, values)
    }

    fn decimal(self, name: &'static str, value: impl Fn(&T) -> Option<f64>) -> Self {
        let values = Values::Decimal(self.rows.iter().map(value).collect());
        self.with(name, values)
    }

    fn flag(self, name: &'static str, value: impl Fn(&T) -> bool) -> Self {
        let values = Values::Flag(self.rows.iter().map(|row| Some(value(row))).collect());
        self.with(name, values)
    }

    fn time(self, name: &'static str, value: impl Fn(&T) -> Timestamp) -> Self {
        let values = Values::Time(self.rows.iter().map(|row| Some(value(row))).collect());
        self.with(name, values)
    }

    fn with(mut self, name: &'static str, values: Values) -> Self {
        self.columns.push(Column { name, values });
        self
    }

    fn table(self, name: &'static str) -> Table {
        Table { name, rows: self.rows.len(), columns: self.columns }
    }
}

/// The races, as the API lists them.
pub(super) fn races(races: &[Race]) -> Table {
    Columns { rows: races, columns: Vec::new() }
        .text("driverRaceId", |race| Some(race.id().to_string()))
        .integer("subsessionId", |race| Some(race.subsession_id.0))
        .integer("sessionId", |race| Some(race.session_id.0))
        .time("startTime", |race| race.start_time)
        .text("kind", |race| Some(race.kind.as_str().to_owned()))
        .integer("teamId", |race| race.team_id.map(|id| id.0))
        .text("teamName", |race| race.team_name.clone())
        .flag("heat", |race| race.heat)
        .text("discipline", |race| race.discipline.map(|discipline| discipline.as_str().to_owned()))
        .integer("seriesId", |race| race.series_id.map(|id| id.0))
        .text("seriesName", |race| Some(race.series_name.clone()))
        .integer("seasonYear", |race| race.season_year)
        .integer("seasonQuarter", |race| race.season_quarter)
        .integer("raceWeek", |race| race.race_week)
        .text("leagueName", |race| race.league_name.clone())
        .text("sessionName", |race| race.session_name.clone())
        .integer("trackId", |race| Some(race.track_id.0))
        .text("trackName", |race| Some(race.track_name.clone()))
        .text("layout", |race| race.layout.clone())
        .integer("carId", |race| Some(race.car_id.0))
        .text("carName", |race| Some(race.car_name.clone()))
        .integer("carClassId", |race| Some(race.car_class_id.0))
        .text("carClassName", |race| Some(race.car_class_name.clone()))
        .integer("startPosition", |race| race.start_position)
        .integer("startPositionInClass", |race| race.start_position_in_class)
        .integer("finishPosition", |race| race.finish_position)
        .integer("finishPositionInClass", |race| race.finish_position_in_class)
        .integer("fieldSize", |race| Some(race.field_size))
        .integer("fieldSizeInClass", |race| Some(race.field_size_in_class))
        .integer("classCount", |race| Some(race.class_count))
        .integer("lapsComplete", |race| Some(race.laps_complete))
        .integer("lapsLed", |race| Some(race.laps_led))
        .integer("incidents", |race| Some(race.incidents))
        .integer("strengthOfField", |race| race.strength_of_field)
        .integer("bestLapTime", |race| race.best_lap_time)
        .integer("averageLapTime", |race| race.average_lap_time)
        .integer("qualifyingTime", |race| race.qualifying_time)
        .integer("champPoints", |race| race.champ_points)
        .integer("oldIrating", |race| race.ratings.old_irating)
        .integer("newIrating", |race| race.ratings.new_irating)
        .integer("oldSubLevel", |race| race.ratings.old_sub_level)
        .integer("newSubLevel", |race| race.ratings.new_sub_level)
        .integer("oldLicenseLevel", |race| race.ratings.old_license_level)
        .integer("newLicenseLevel", |race| race.ratings.new_license_level)
        .decimal("oldCpi", |race| race.ratings.old_cpi.map(as_written))
        .decimal("newCpi", |race| race.ratings.new_cpi.map(as_written))
        .text("reasonOut", |race| Some(race.reason_out.clone()))
        .integer("splitNumber", |race| race.split_number)
        .integer("splitCount", |race| race.split_count)
        .flag("hasLaps", |race| race.has_laps)
        .text("source", |race| Some(race.source.as_str().to_owned()))
        .table("races")
}

/// The number that a short one is written as: widened by its bits, 41.2 would be 41.20000076293945.
fn as_written(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| value.into())
}

/// The journal. Tags may hold any character, so they are a list in JSON.
pub(super) fn journal(entries: &[JournalEntry]) -> Table {
    Columns { rows: entries, columns: Vec::new() }
        .text("driverRaceId", |entry| Some(entry.race.to_string()))
        .text("notes", |entry| Some(entry.content.notes.clone()))
        .text("tags", |entry| serde_json::to_string(&entry.content.tags).ok())
        .text("replayLink", |entry| entry.content.replay_link.clone())
        .integer("lap", |entry| entry.content.lap)
        .time("createdAt", |entry| entry.created_at)
        .time("updatedAt", |entry| entry.updated_at)
        .table("journal")
}

/// The driver's own laps.
pub(super) fn laps(laps: &[ExportedLap]) -> Table {
    Columns { rows: laps, columns: Vec::new() }
        .text("driverRaceId", |lap| Some(lap.driver_race_id.to_string()))
        .integer("simsession", |lap| Some(lap.simsession))
        .integer("lap", |lap| Some(lap.lap))
        .integer("sessionTime", |lap| lap.session_time)
        .integer("lapTime", |lap| lap.lap_time)
        .integer("position", |lap| lap.position)
        .integer("flags", |lap| Some(lap.flags))
        .flag("incident", |lap| lap.incident)
        .table("laps")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_no_digits_that_nobody_wrote() {
        assert_eq!((as_written(41.2), as_written(33.69473)), (41.2, 33.69473));
    }
}
