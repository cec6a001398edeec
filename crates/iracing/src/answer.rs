//! The forms that answers come in.
//!
//! | form | seen at |
//! |---|---|
//! | `{"link", "expires"}`; the link leads to JSON | most |
//! | the link leads to an object with `chunk_info` | laps, event log |
//! | `{"type", "data": {"chunk_info"}}`, at once or behind a link | searches |
//! | `{"type", "data", "data_url"}` | awards, rosters |
//! | JSON at once | constants, doc |
//!
//! Each reader accepts all of them, because iRacing has moved endpoints from one to another before.

use crate::{
    client::DriverData,
    error::Error,
    wire::{self, Unreadable},
};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use serde::{Deserialize, de::DeserializeOwned};

/// How often the data API is asked again because what it linked to could not be fetched.
const ASKS: u32 = 3;
/// Chunks fetched side by side.
const CHUNKS_AT_ONCE: usize = 8;
/// A day's race has 43; more than this is no honest answer.
const MAX_CHUNKS: usize = 2_000;

/// An answer with the time until which it stays the same.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer<T> {
    /// What was asked for.
    pub body: T,
    /// When iRacing's own cache of it ends; asking again before is useless.
    pub expires: Option<Timestamp>,
}

/// What may stand around or instead of the wanted body.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Envelope {
    link: Option<String>,
    expires: Option<String>,
    data_url: Option<String>,
    success: Option<bool>,
    chunk_info: Option<ChunkInfo>,
    data: Option<Inner>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Inner {
    success: Option<bool>,
    chunk_info: Option<ChunkInfo>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ChunkInfo {
    rows: usize,
    base_download_url: String,
    chunk_file_names: Vec<String>,
}

impl Envelope {
    /// The envelope of an object; anything else has none.
    fn of(body: &[u8]) -> Self {
        serde_json::from_slice(wire::without_byte_order_mark(body)).unwrap_or_default()
    }

    fn expires(&self) -> Option<Timestamp> {
        self.expires.as_ref()?.parse().ok()
    }
}

/// Rows, or where they are.
enum Rows<R> {
    Here(Vec<R>),
    Chunked(ChunkInfo),
    Elsewhere(String),
}

impl DriverData {
    /// Asks for one JSON value.
    pub(crate) async fn object<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<Answer<T>, Error> {
        let mut asked = 1;
        loop {
            match self.object_once(path, query).await {
                Err(error) if self.helps_asking_again(&error, asked).await => asked += 1,
                outcome => return outcome,
            }
        }
    }

    async fn object_once<T: DeserializeOwned>(&self, path: &str, query: &[(&str, String)]) -> Result<Answer<T>, Error> {
        let body = self.ask(path, query).await?;
        let envelope = Envelope::of(&body);
        let expires = envelope.expires();
        let body = match envelope.link.or(envelope.data_url) {
            Some(link) => self.download(&link, path, |body| read_object(body, path)).await?,
            None => read_object(&body, path)?,
        };
        Ok(Answer { body, expires })
    }

    /// Asks for rows, which usually come in chunks, and for the object `H` that refers to them.
    pub(crate) async fn rows<H: DeserializeOwned, R: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<(Option<H>, Vec<R>), Error> {
        let mut asked = 1;
        loop {
            match self.rows_once(path, query).await {
                Err(error) if self.helps_asking_again(&error, asked).await => asked += 1,
                outcome => return outcome,
            }
        }
    }

    async fn rows_once<H: DeserializeOwned, R: DeserializeOwned>(
        &self,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<(Option<H>, Vec<R>), Error> {
        let body = self.ask(path, query).await?;
        let (header, rows) = match Envelope::of(&body).link {
            Some(link) => self.download(&link, path, |body| read_rows(body, path)).await?,
            None => read_rows(&body, path)?,
        };
        let rows = match rows {
            Rows::Here(rows) => rows,
            Rows::Elsewhere(link) => self.download(&link, path, |body| read_object(body, path)).await?,
            Rows::Chunked(info) => self.chunks(info, path).await?,
        };
        Ok((header, rows))
    }

    /// Fetches all chunks side by side, and puts their rows together in order.
    async fn chunks<R: DeserializeOwned>(&self, info: ChunkInfo, path: &str) -> Result<Vec<R>, Error> {
        let ChunkInfo { rows: promised, base_download_url, chunk_file_names } = info;
        if chunk_file_names.len() > MAX_CHUNKS {
            let detail = format!("{} chunks", chunk_file_names.len());
            return Err(Error::Shape { endpoint: path.to_owned(), detail });
        }
        let mut chunks = stream::iter(chunk_file_names)
            .map(|name| self.chunk(format!("{base_download_url}{name}"), path))
            .buffered(CHUNKS_AT_ONCE);
        let mut rows = Vec::new();
        while let Some(chunk) = chunks.try_next().await? {
            rows.extend(chunk);
        }
        if rows.len() < promised {
            let detail = format!("{} of {promised} rows", rows.len());
            return Err(Error::Truncated { endpoint: path.to_owned(), detail });
        }
        Ok(rows)
    }

    async fn chunk<R: DeserializeOwned>(&self, link: String, path: &str) -> Result<Vec<R>, Error> {
        self.download(&link, path, |body| readable(body, path)).await
    }

    /// Signed links live for two minutes, and chunks can be cut off: a fresh answer brings fresh links.
    async fn helps_asking_again(&self, error: &Error, asked: u32) -> bool {
        let helps = matches!(error, Error::LinkExpired { .. } | Error::Truncated { .. })
            && asked < ASKS
            && self.pause(asked).await;
        if helps {
            tracing::debug!(%error, asked, "asking iracing for fresh links");
        }
        helps
    }
}

fn readable<T: DeserializeOwned>(body: &[u8], path: &str) -> Result<T, Error> {
    let endpoint = path.to_owned();
    wire::parse(body).map_err(|unreadable| match unreadable {
        Unreadable::NotJson(detail) => Error::Truncated { endpoint, detail },
        Unreadable::Shape(detail) => Error::Shape { endpoint, detail },
    })
}

fn read_object<T: DeserializeOwned>(body: &[u8], path: &str) -> Result<T, Error> {
    if matches!(body.trim_ascii(), b"" | b"null" | b"{}") {
        return Err(Error::NotReady { endpoint: path.to_owned() });
    }
    readable(body, path)
}

fn read_rows<H: DeserializeOwned, R: DeserializeOwned>(body: &[u8], path: &str) -> Result<(Option<H>, Rows<R>), Error> {
    if wire::without_byte_order_mark(body).trim_ascii_start().starts_with(b"[") {
        return Ok((None, Rows::Here(readable(body, path)?)));
    }
    let envelope: Envelope = read_object(body, path)?;
    let inner = envelope.data.unwrap_or_default();
    if envelope.success == Some(false) || inner.success == Some(false) {
        return Err(Error::NotReady { endpoint: path.to_owned() });
    }
    let rows = match (envelope.chunk_info.or(inner.chunk_info), envelope.data_url) {
        (Some(info), _) => Rows::Chunked(info),
        (None, Some(link)) => Rows::Elsewhere(link),
        (None, None) => Rows::Here(Vec::new()),
    };
    Ok((Some(readable(body, path)?), rows))
}
