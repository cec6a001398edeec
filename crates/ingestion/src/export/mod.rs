//! An export: everything of a driver's, written down as files that can be fetched for a week.

mod columns;
mod csv;
mod parquet;

use crate::State;
use anyhow::Context;
use columns::Table;
use domain::{
    DriverId, ExportId, Race,
    export::{ExportFormat, ExportStatus, ExportedLap, ExportedLog},
};
use futures::{StreamExt, TryStreamExt, stream};

/// Laps are of the main event, which iRacing numbers 0.
const MAIN_EVENT: i32 = 0;

/// Races whose laps are read side by side.
const SIDE_BY_SIDE: usize = 4;

/// Races between two looks at the record: progress is told, and a driver who has left is noticed.
const STEP: usize = 100;

/// Works an export off. A second delivery of the message begins anew and writes the same files.
pub(crate) async fn work(state: &State, driver: DriverId, export: &ExportId) -> anyhow::Result<()> {
    let now = || state.clock.now();
    let Some(mut export) = state.store.export(driver, export, now()).await? else { return Ok(()) };
    let known = state.store.driver(driver).await?;
    let Some(known) = known.filter(|_| export.status != ExportStatus::Finished) else { return Ok(()) };
    let (races, journal) = tokio::try_join!(state.store.all_races(driver), state.store.journal(driver))?;
    export.status = ExportStatus::Running;
    (export.races_total, export.races_done) = (u32::try_from(races.len()).unwrap_or(u32::MAX), 0);

    let mut laps = Vec::new();
    for some in races.chunks(STEP) {
        export.updated_at = now();
        if !state.store.save_export(&export).await? {
            return Ok(());
        }
        let readings: Vec<_> = some.iter().map(|race| laps_of(state, race)).collect();
        laps.extend(stream::iter(readings).buffered(SIDE_BY_SIDE).try_concat().await?);
        export.races_done += u32::try_from(some.len()).unwrap_or(u32::MAX);
    }

    let log = ExportedLog {
        format: ExportedLog::FORMAT.to_owned(),
        driver_id: driver,
        driver_name: known.driver_name,
        exported_at: export.started_at,
        races,
        journal,
    };
    let mut files = Vec::new();
    for (name, bytes) in files_of(export.format, &log, &laps)? {
        files.push(state.store.put_export_file(&export, &name, &bytes).await?);
    }
    export.files = files;
    export.status = ExportStatus::Finished;
    export.updated_at = now();
    if !state.store.save_export(&export).await? {
        // The driver left while the files were written.
        return Ok(state.store.delete_export_files(&export).await?);
    }
    tracing::info!(races = export.races_total, laps = laps.len(), "export written");
    Ok(())
}

/// The driver's own laps in a race.
async fn laps_of(state: &State, race: &Race) -> anyhow::Result<Vec<ExportedLap>> {
    if !race.has_laps {
        return Ok(Vec::new());
    }
    let chart = state.store.lap_chart(race.subsession_id, MAIN_EVENT).await?;
    let laps = chart.into_iter().flat_map(|chart| chart.entrants).flat_map(|entrant| entrant.laps);
    let own = laps.filter(|lap| lap.driver == race.driver_id).map(|lap| ExportedLap {
        driver_race_id: race.id(),
        lap: lap.number,
        session_time: lap.session_time,
        lap_time: lap.lap_time,
        position: lap.position,
        flags: lap.flags.0,
        incident: lap.incident,
    });
    Ok(own.collect())
}

fn files_of(format: ExportFormat, log: &ExportedLog, laps: &[ExportedLap]) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    if format == ExportFormat::Json {
        let files = [("log.json", serde_json::to_vec(log)), ("laps.json", serde_json::to_vec(laps))];
        return files.into_iter().map(|(name, bytes)| Ok((name.to_owned(), bytes?))).collect();
    }
    let write: fn(&Table) -> anyhow::Result<Vec<u8>> = match format {
        ExportFormat::Parquet => parquet::written,
        ExportFormat::Csv | ExportFormat::Json => csv::written,
    };
    let tables = [columns::races(&log.races), columns::journal(&log.journal), columns::laps(laps)];
    let file = |table: Table| {
        let bytes = write(&table).with_context(|| table.name)?;
        Ok((format!("{}.{}", table.name, format.as_str()), bytes))
    };
    tables.into_iter().map(file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::parquet::file::reader::{FileReader, SerializedFileReader};
    use ::parquet::record::Field;
    use domain::{
        DriverRaceId, SubsessionId,
        journal::{JournalContent, JournalEntry},
    };

    fn log() -> ExportedLog {
        let entry = |second: i64, notes: &str| JournalEntry {
            race: DriverRaceId { start_second: second, subsession_id: SubsessionId(1) },
            content: JournalContent {
                notes: notes.to_owned(),
                tags: vec!["rain".to_owned(), "sentiment:good".to_owned()],
                replay_link: None,
                lap: Some(3),
            },
            created_at: jiff::Timestamp::UNIX_EPOCH,
            updated_at: jiff::Timestamp::UNIX_EPOCH,
            version: 1,
        };
        ExportedLog {
            format: ExportedLog::FORMAT.to_owned(),
            driver_id: DriverId(7),
            driver_name: "Ada".to_owned(),
            exported_at: jiff::Timestamp::UNIX_EPOCH,
            races: Vec::new(),
            journal: vec![entry(10, "He said \"no\",\nand spun"), entry(5, "=HYPERLINK(\"x\")")],
        }
    }

    fn lap(number: u32, time: Option<i64>) -> ExportedLap {
        ExportedLap {
            driver_race_id: DriverRaceId { start_second: 10, subsession_id: SubsessionId(1) },
            lap: number,
            session_time: None,
            lap_time: time,
            position: Some(4),
            flags: 2,
            incident: number == 2,
        }
    }

    #[test]
    fn text_tables_quote_what_would_break_them_and_no_cell_is_a_formula() {
        let files = files_of(ExportFormat::Csv, &log(), &[lap(1, None), lap(2, Some(900_000))]).unwrap();
        let text = |index: usize| String::from_utf8(files[index].1.clone()).unwrap();
        assert_eq!(
            files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            ["races.csv", "journal.csv", "laps.csv"]
        );
        assert!(text(1).contains("10-1,\"He said \"\"no\"\",\nand spun\",rain sentiment:good,"), "{}", text(1));
        assert!(text(1).contains("\"'=HYPERLINK(\"\"x\"\")\""), "{}", text(1));
        assert_eq!(
            text(2),
            "driverRaceId,lap,sessionTime,lapTime,position,flags,incident\r\n10-1,1,,,4,2,false\r\n10-1,2,,900000,4,2,true\r\n"
        );
        assert_eq!(text(0).lines().count(), 1, "the names of the columns");
    }

    #[test]
    fn column_files_hold_the_same_rows() {
        let files = files_of(ExportFormat::Parquet, &log(), &[lap(1, None), lap(2, Some(900_000))]).unwrap();
        let rows = |index: usize| {
            let reader = SerializedFileReader::new(bytes::Bytes::from(files[index].1.clone())).unwrap();
            let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
            rows
        };
        let laps = rows(2);
        let cell = |row: usize, name: &str| {
            laps[row].get_column_iter().find(|(found, _)| *found == name).map(|(_, field)| field.clone()).unwrap()
        };
        assert_eq!((cell(0, "lapTime"), cell(1, "lapTime")), (Field::Null, Field::Long(900_000)));
        assert_eq!((cell(1, "incident"), cell(0, "driverRaceId")), (Field::Bool(true), Field::Str("10-1".to_owned())));
        assert_eq!((rows(0).len(), rows(1).len()), (0, 2));
    }
}
