//! The queues and their messages in SQLite. Times are Unix milliseconds.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Context;
use rusqlite::{Connection, OptionalExtension, Row, params};
use uuid::Uuid;

use super::error::SqsError;
use super::{DeadLetter, QueueDepth, QueueSettings};

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS queue (
        name TEXT PRIMARY KEY,
        visibility_timeout INTEGER NOT NULL, -- seconds
        dead_letter_queue TEXT,
        max_receive_count INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS message (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL REFERENCES queue (name),
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        visible_at INTEGER NOT NULL,
        receive_count INTEGER NOT NULL DEFAULT 0,
        first_received_at INTEGER,
        receipt_handle TEXT -- of the last receive
    ) STRICT;
    CREATE INDEX IF NOT EXISTS message_by_visibility ON message (queue, visible_at);
    CREATE INDEX IF NOT EXISTS message_by_receipt_handle ON message (receipt_handle);
";

/// How long a statement waits for another process that is writing to the file.
const BUSY: Duration = Duration::from_secs(5);

/// The connection behind a lock; every call is one short transaction.
pub(super) struct Storage {
    connection: Mutex<Connection>,
}

/// A message as its receiver gets it.
pub(super) struct Received {
    pub(super) id: String,
    pub(super) body: String,
    pub(super) receipt_handle: String,
    pub(super) sent_at: i64,
    pub(super) first_received_at: i64,
    pub(super) receive_count: u32,
}

impl Storage {
    /// Opens the file, or a database in memory, and returns what was in flight to its queue.
    pub(super) fn open(path: Option<&Path>, now: i64) -> anyhow::Result<Self> {
        let storage = match path {
            Some(path) => Self::open_beside(path)?,
            None => Self::prepared(Connection::open_in_memory()?)?,
        };
        storage.lock().execute(
            "UPDATE message SET visible_at = ?1, receipt_handle = NULL, receive_count = receive_count - 1
             WHERE receipt_handle IS NOT NULL AND visible_at > ?1",
            [now],
        )?;
        Ok(storage)
    }

    /// Opens the file and leaves what is in flight to the process that has it.
    pub(super) fn open_beside(path: &Path) -> anyhow::Result<Self> {
        let connection =
            Connection::open(path).with_context(|| format!("cannot open the queue file {}", path.display()))?;
        connection.busy_timeout(BUSY)?;
        Self::prepared(connection)
    }

    fn prepared(connection: Connection) -> anyhow::Result<Self> {
        connection.execute_batch(SCHEMA).context("cannot prepare the queue file")?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// A panic between two statements leaves nothing half done, as the transaction is rolled back: poison is harmless.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn put_queue(&self, name: &str, settings: &QueueSettings) -> Result<(), SqsError> {
        let connection = self.lock();
        if let Some(dead_letter) = &settings.dead_letter {
            read_settings(&connection, &dead_letter.queue)?;
        }
        connection.execute(
            "INSERT INTO queue (name, visibility_timeout, dead_letter_queue, max_receive_count)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE
             SET visibility_timeout = ?2, dead_letter_queue = ?3, max_receive_count = ?4",
            params![
                name,
                settings.visibility_timeout.as_secs() as i64,
                settings.dead_letter.as_ref().map(|dead_letter| &dead_letter.queue),
                settings.dead_letter.as_ref().map(|dead_letter| dead_letter.max_receive_count),
            ],
        )?;
        Ok(())
    }

    pub(super) fn settings(&self, queue: &str) -> Result<QueueSettings, SqsError> {
        read_settings(&self.lock(), queue)
    }

    /// The names that start with `prefix`, sorted.
    pub(super) fn queue_names(&self, prefix: &str) -> Result<Vec<String>, SqsError> {
        let connection = self.lock();
        let mut select = connection.prepare_cached("SELECT name FROM queue ORDER BY name")?;
        let names = select.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(names.into_iter().filter(|name| name.starts_with(prefix)).collect())
    }

    pub(super) fn depth(&self, queue: &str, now: i64) -> Result<QueueDepth, SqsError> {
        let connection = self.lock();
        read_settings(&connection, queue)?;
        let depth = connection.query_row(
            "SELECT count(*) FILTER (WHERE visible_at <= ?2),
                    count(*) FILTER (WHERE visible_at > ?2 AND receipt_handle IS NOT NULL),
                    count(*) FILTER (WHERE visible_at > ?2 AND receipt_handle IS NULL)
             FROM message WHERE queue = ?1",
            params![queue, now],
            |row| Ok(QueueDepth { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? }),
        )?;
        Ok(depth)
    }

    /// Adds a message and returns its id.
    pub(super) fn send(&self, queue: &str, body: &str, delay: Duration, now: i64) -> Result<String, SqsError> {
        let connection = self.lock();
        read_settings(&connection, queue)?;
        let id = Uuid::new_v4().to_string();
        connection
            .prepare_cached("INSERT INTO message (queue, id, body, sent_at, visible_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![queue, id, body, now, now + millis(delay)])?;
        Ok(id)
    }

    /// Takes up to `limit` visible messages, oldest first; those that were received too often go to the dead-letter
    /// queue instead. `visibility` replaces the queue's own timeout.
    pub(super) fn receive(
        &self,
        queue: &str,
        limit: usize,
        visibility: Option<Duration>,
        now: i64,
    ) -> Result<Vec<Received>, SqsError> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        let settings = read_settings(&transaction, queue)?;
        if let Some(dead_letter) = &settings.dead_letter {
            transaction
                .prepare_cached(
                    "UPDATE message SET queue = ?1, receipt_handle = NULL, receive_count = 0
                     WHERE queue = ?2 AND visible_at <= ?3 AND receive_count >= ?4",
                )?
                .execute(params![dead_letter.queue, queue, now, dead_letter.max_receive_count])?;
        }
        let hidden_until = now + millis(visibility.unwrap_or(settings.visibility_timeout));
        let mut received = Vec::new();
        {
            let mut next = transaction.prepare_cached(
                "UPDATE message
                 SET visible_at = ?3, receipt_handle = ?4, receive_count = receive_count + 1,
                     first_received_at = coalesce(first_received_at, ?2)
                 WHERE sequence = (SELECT min(sequence) FROM message
                                   WHERE queue = ?1 AND visible_at <= ?2 AND sequence > ?5)
                 RETURNING sequence, id, body, receipt_handle, sent_at, first_received_at, receive_count",
            )?;
            let mut after = 0_i64;
            while received.len() < limit {
                let receipt_handle = Uuid::new_v4().to_string();
                let row = next
                    .query_row(params![queue, now, hidden_until, receipt_handle, after], |row| {
                        Ok((row.get(0)?, read_received(row)?))
                    })
                    .optional()?;
                let Some((sequence, message)) = row else { break };
                after = sequence;
                received.push(message);
            }
        }
        transaction.commit()?;
        Ok(received)
    }

    /// When the next hidden or delayed message of the queue becomes visible.
    pub(super) fn next_visible_at(&self, queue: &str, now: i64) -> Result<Option<i64>, SqsError> {
        let next = self
            .lock()
            .prepare_cached("SELECT min(visible_at) FROM message WHERE queue = ?1 AND visible_at > ?2")?
            .query_row(params![queue, now], |row| row.get(0))?;
        Ok(next)
    }

    /// Deletes the message last received under this handle. An outdated handle deletes nothing, which is no error.
    pub(super) fn delete(&self, queue: &str, receipt_handle: &str) -> Result<(), SqsError> {
        let connection = self.lock();
        read_settings(&connection, queue)?;
        connection
            .prepare_cached("DELETE FROM message WHERE queue = ?1 AND receipt_handle = ?2")?
            .execute([queue, receipt_handle])?;
        Ok(())
    }

    /// Hides a message in flight for `visibility` from now; zero returns it to its queue at once.
    pub(super) fn change_visibility(
        &self,
        queue: &str,
        receipt_handle: &str,
        visibility: Duration,
        now: i64,
    ) -> Result<(), SqsError> {
        let connection = self.lock();
        read_settings(&connection, queue)?;
        let visible_at: Option<i64> = connection
            .prepare_cached("SELECT visible_at FROM message WHERE queue = ?1 AND receipt_handle = ?2")?
            .query_row([queue, receipt_handle], |row| row.get(0))
            .optional()?;
        match visible_at {
            None => Err(SqsError::InvalidParameterValue("the message does not exist any more".to_owned())),
            Some(visible_at) if visible_at <= now => Err(SqsError::MessageNotInflight),
            Some(_) => {
                connection
                    .prepare_cached("UPDATE message SET visible_at = ?3 WHERE queue = ?1 AND receipt_handle = ?2")?
                    .execute(params![queue, receipt_handle, now + millis(visibility)])?;
                Ok(())
            }
        }
    }

    pub(super) fn purge(&self, queue: &str) -> Result<(), SqsError> {
        let connection = self.lock();
        read_settings(&connection, queue)?;
        connection.execute("DELETE FROM message WHERE queue = ?1", [queue])?;
        Ok(())
    }
}

fn read_settings(connection: &Connection, queue: &str) -> Result<QueueSettings, SqsError> {
    connection
        .prepare_cached("SELECT visibility_timeout, dead_letter_queue, max_receive_count FROM queue WHERE name = ?1")?
        .query_row([queue], |row| {
            let dead_letter = match (row.get(1)?, row.get(2)?) {
                (Some(queue), Some(max_receive_count)) => Some(DeadLetter { queue, max_receive_count }),
                _ => None,
            };
            Ok(QueueSettings { visibility_timeout: Duration::from_secs(row.get(0)?), dead_letter })
        })
        .optional()?
        .ok_or_else(|| SqsError::QueueDoesNotExist(queue.to_owned()))
}

fn read_received(row: &Row<'_>) -> rusqlite::Result<Received> {
    Ok(Received {
        id: row.get("id")?,
        body: row.get("body")?,
        receipt_handle: row.get("receipt_handle")?,
        sent_at: row.get("sent_at")?,
        first_received_at: row.get("first_received_at")?,
        receive_count: row.get("receive_count")?,
    })
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}
