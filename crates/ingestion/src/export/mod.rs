//! An export: everything of a driver's, written down as files that can be fetched for a week.

mod columns;
mod csv;
mod parquet;

use crate::State;
use anyhow::Context;
use columns::Table;
use domain::{
    DriverId, ExportId, LapChart, Race,
    export::{
        EarlierResult, Export, ExportFile, ExportFormat, ExportStatus, ExportedEventLog, ExportedLap, ExportedLog,
        ExportedSession,
    },
};
use futures::{StreamExt, stream};
use store::race_events::RaceEvents;

/// Races that are read side by side.
const SIDE_BY_SIDE: usize = 4;

/// Races between two looks at the record: progress is told, and a driver who has left is noticed.
const STEP: usize = 100;

/// Bytes of sessions in one file. Compressed they are an eighth and less, and a Lambda answers no more than 6 MB.
const SESSIONS_A_FILE: usize = 16 << 20;

/// Works an export off. A second delivery of the message begins anew and writes the same files.
pub(crate) async fn work(state: &State, driver: DriverId, export: &ExportId) -> anyhow::Result<()> {
    let now = || state.clock.now();
    let Some(mut export) = state.store.export(driver, export, now()).await? else {
        // The driver has left, and the worker before may have died over a file.
        return Ok(state.store.delete_export_files(driver, export).await?);
    };
    let known = state.store.driver(driver).await?;
    let Some(known) = known.filter(|_| export.status != ExportStatus::Finished) else { return Ok(()) };
    let (races, journal, earlier) = tokio::try_join!(
        state.store.all_races(driver),
        state.store.journal(driver),
        state.store.all_earlier_results(driver)
    )?;
    export.status = ExportStatus::Running;
    (export.races_total, export.races_done) = (u32::try_from(races.len()).unwrap_or(u32::MAX), 0);
    let log = ExportedLog {
        format: ExportedLog::FORMAT.to_owned(),
        driver_id: driver,
        driver_name: known.driver_name,
        exported_at: export.started_at,
        races: Vec::new(),
        journal: Vec::new(),
        earlier_results: Vec::new(),
        sessions: Vec::new(),
    };
    let mut laps = Vec::new();
    let mut sessions = Sessions::new(&log);
    for some in races.chunks(STEP) {
        if !save(state, &mut export).await? {
            return Ok(());
        }
        let json = export.format == ExportFormat::Json;
        let readings: Vec<_> = some.iter().map(|race| read(state, race, json)).collect();
        let mut readings = stream::iter(readings).buffered(SIDE_BY_SIDE);
        while let Some(reading) = readings.next().await {
            let (own, session) = reading?;
            laps.extend(own);
            if let Some(session) = session {
                sessions.add(session)?;
            }
            if sessions.bytes >= SESSIONS_A_FILE {
                sessions.write(state, &export).await?;
            }
        }
        export.races_done += u32::try_from(some.len()).unwrap_or(u32::MAX);
    }
    sessions.write(state, &export).await?;

    let earlier_results = earlier.into_iter().map(|(changed_at, race)| EarlierResult { changed_at, race }).collect();
    let log = ExportedLog { races, journal, earlier_results, ..log };
    let mut files = Vec::new();
    for (name, bytes) in files_of(export.format, &log, &laps)? {
        files.push(state.store.put_export_file(&export, &name, &bytes).await?);
    }
    if export.format == ExportFormat::Json
        && let Some(charts) = state.store.rating_charts(driver).await?
    {
        let bytes = serde_json::to_vec(&charts.charts)?;
        files.push(state.store.put_export_file(&export, "rating-charts.json", &bytes).await?);
    }
    files.extend(sessions.files);
    export.files = files;
    export.status = ExportStatus::Finished;
    if save(state, &mut export).await? {
        tracing::info!(races = export.races_total, laps = laps.len(), "export written");
    }
    Ok(())
}

/// Tells how far an export is. When the driver has left, what was written of it goes, and there is nothing more to do.
async fn save(state: &State, export: &mut Export) -> anyhow::Result<bool> {
    export.updated_at = state.clock.now();
    let wanted = state.store.save_export(export).await?;
    if !wanted {
        state.store.delete_export_files(export.driver_id, &export.export_id).await?;
    }
    Ok(wanted)
}

/// The sessions of the next file.
struct Sessions {
    log: ExportedLog,
    bytes: usize,
    /// The files before.
    files: Vec<ExportFile>,
}

impl Sessions {
    /// None as yet, of a log's driver.
    fn new(log: &ExportedLog) -> Self {
        Self { log: log.clone(), bytes: 0, files: Vec::new() }
    }

    fn add(&mut self, session: ExportedSession) -> anyhow::Result<()> {
        self.bytes += serde_json::to_vec(&session)?.len();
        self.log.sessions.push(session);
        Ok(())
    }

    /// Writes a file of them, if there are any.
    async fn write(&mut self, state: &State, export: &Export) -> anyhow::Result<()> {
        if self.log.sessions.is_empty() {
            return Ok(());
        }
        let name = format!("sessions-{}.json", self.files.len() + 1);
        let bytes = serde_json::to_vec(&self.log)?;
        self.bytes = 0;
        self.log.sessions.clear();
        self.files.push(state.store.put_export_file(export, &name, &bytes).await?);
        Ok(())
    }
}

/// The driver's own laps in a race and, if it is wanted, the whole session.
async fn read(state: &State, race: &Race, whole: bool) -> anyhow::Result<(Vec<ExportedLap>, Option<ExportedSession>)> {
    let (store, subsession) = (&state.store, race.subsession_id);
    let driver = race.driver_id;
    let session = if whole { store.session_for(driver, subsession).await? } else { None };
    let info = match &session {
        Some((session, _)) => Some(session.info.clone()),
        None => store.session_info_for(driver, subsession).await?,
    };
    let (mut lap_charts, mut event_logs) = (Vec::new(), Vec::new());
    for simsession in info.map(|info| info.lap_charts).unwrap_or_default() {
        lap_charts.extend(store.lap_chart_for(driver, subsession, simsession).await?);
        let kept = match session {
            Some((_, source)) => store.race_events(source, subsession, simsession).await?,
            None => None,
        };
        if let Some(RaceEvents { events, fetched_at: Some(fetched_at), .. }) = kept {
            event_logs.push(ExportedEventLog { simsession, fetched_at, events });
        }
    }
    let own = lap_charts.iter().flat_map(|chart| own_laps(race, chart)).collect();
    Ok((own, session.map(|(session, _)| ExportedSession { session, lap_charts, event_logs })))
}

fn own_laps(race: &Race, chart: &LapChart) -> Vec<ExportedLap> {
    let laps = chart.entrants.iter().flat_map(|entrant| &entrant.laps);
    let own = laps.filter(|lap| lap.driver == race.driver_id).map(|lap| ExportedLap {
        driver_race_id: race.id(),
        simsession: chart.simsession,
        lap: lap.number,
        session_time: lap.session_time,
        lap_time: lap.lap_time,
        position: lap.position,
        flags: lap.flags.0,
        incident: lap.incident,
    });
    own.collect()
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
                tags: vec!["first, wet race".to_owned(), "sentiment:good".to_owned()],
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
            earlier_results: Vec::new(),
            sessions: Vec::new(),
        }
    }

    fn lap(number: u32, time: Option<i64>) -> ExportedLap {
        ExportedLap {
            driver_race_id: DriverRaceId { start_second: 10, subsession_id: SubsessionId(1) },
            simsession: 0,
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
        let tags = r#""[""first, wet race"",""sentiment:good""]""#;
        assert!(text(1).contains(&format!("10-1,\"He said \"\"no\"\",\nand spun\",{tags},")), "{}", text(1));
        assert!(text(1).contains("\"'=HYPERLINK(\"\"x\"\")\""), "{}", text(1));
        assert_eq!(
            text(2),
            "\u{feff}driverRaceId,simsession,lap,sessionTime,lapTime,position,flags,incident\r\n\
             10-1,0,1,,,4,2,false\r\n10-1,0,2,,900000,4,2,true\r\n"
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
