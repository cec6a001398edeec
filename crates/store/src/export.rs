//! `driver#<id>` | `export#<export id>`: the record of an export; `export_part#<export id>#<file>#<part>`: its files,
//! compressed, in parts that fit into items. All of it goes by itself.

use crate::{
    Store, StoreError,
    driver::time,
    key::Key,
    query::{Range, parse},
    write::item,
};
use domain::{
    DriverId, ExportId,
    export::{Export, ExportFile, ExportFormat, ExportStatus},
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    io::{Read, Write},
};

/// Bytes of a part: an item takes 400 KB with its key.
const PART: usize = 380_000;

#[derive(Debug, Serialize, Deserialize)]
struct Item {
    export_id: ExportId,
    driver_id: DriverId,
    format: ExportFormat,
    status: ExportStatus,
    started_at: i64,
    updated_at: i64,
    races_total: u32,
    races_done: u32,
    files: Vec<ExportFile>,
    ttl: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct PartItem {
    bytes: serde_bytes::ByteBuf,
    ttl: i64,
}

fn key(driver: DriverId, export: &ExportId) -> Key {
    Key::of_driver(driver, format!("export#{export}"))
}

fn part_key(export: &Export, file: &str, part: usize) -> Key {
    Key::of_driver(export.driver_id, format!("export_part#{}#{file}#{part:04}", export.export_id))
}

/// The id of an export that begins now. Ids sort by the time they were made.
pub fn new_export_id(now: Timestamp) -> ExportId {
    ExportId(crate::ingestion_run::id_of(now))
}

impl Store {
    /// Keeps the record of a new export; `false` if the driver has left.
    pub async fn put_export(&self, export: &Export) -> Result<bool, StoreError> {
        let item = item(&key(export.driver_id, &export.export_id), &Item::from(export))?;
        self.put_of_driver(export.driver_id, vec![item]).await
    }

    /// Keeps how far an export is; `false` if it is no longer wanted.
    pub async fn save_export(&self, export: &Export) -> Result<bool, StoreError> {
        let key = key(export.driver_id, &export.export_id);
        let kept = self.put_if(&key, &Item::from(export), "attribute_exists(partition_key)", HashMap::new()).await?;
        Ok(kept.is_some())
    }

    /// One export that is not past its time.
    pub async fn export(
        &self,
        driver: DriverId,
        export: &ExportId,
        now: Timestamp,
    ) -> Result<Option<Export>, StoreError> {
        let key = key(driver, export);
        let item = self.read_item::<Item>(&key, true).await?;
        item.filter(|item| item.ttl > now.as_second()).map(|item| item.into_export(&key)).transpose()
    }

    /// All exports of a driver that are not past their time, newest first.
    pub async fn exports(&self, driver: DriverId, now: Timestamp) -> Result<Vec<Export>, StoreError> {
        let range = Range::prefixed(Key::of_driver(driver, "").partition, "export#").newest_first().consistent();
        let mut exports = Vec::new();
        for item in self.query_all(&range).await? {
            let key = Key::of_item(&item);
            let item: Item = parse(item)?;
            if item.ttl > now.as_second() {
                exports.push(item.into_export(&key)?);
            }
        }
        Ok(exports)
    }

    /// Keeps a file of an export.
    pub async fn put_export_file(&self, export: &Export, name: &str, bytes: &[u8]) -> Result<ExportFile, StoreError> {
        let unwritable = |error| StoreError::shape(&part_key(export, name, 0), error);
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        let packed = packed.write_all(bytes).and_then(|()| packed.finish()).map_err(unwritable)?;
        let mut parts = 0;
        for part in packed.chunks(PART) {
            let item = PartItem { bytes: part.to_vec().into(), ttl: export.expires_at().as_second() };
            self.put(&part_key(export, name, parts), &item).await?;
            parts += 1;
        }
        let parts = u32::try_from(parts).unwrap_or(u32::MAX);
        Ok(ExportFile { name: name.to_owned(), bytes: bytes.len() as u64, parts })
    }

    /// Deletes the files of an export that is no longer wanted.
    pub async fn delete_export_files(&self, driver: DriverId, export: &ExportId) -> Result<(), StoreError> {
        let prefix = format!("export_part#{export}#");
        let range = Range::prefixed(Key::of_driver(driver, "").partition, &prefix).consistent();
        let parts = self.query_all(&range).await?;
        self.delete_all(parts.iter().map(Key::of_item).collect()).await
    }

    /// The bytes of a file of an export.
    pub async fn export_file(&self, export: &Export, file: &ExportFile) -> Result<Vec<u8>, StoreError> {
        let mut packed = Vec::new();
        for part in 0..file.parts as usize {
            let key = part_key(export, &file.name, part);
            let item = self.read_item::<PartItem>(&key, false).await?;
            packed.extend_from_slice(&item.ok_or_else(|| StoreError::shape(&key, "is not there"))?.bytes);
        }
        let mut bytes = Vec::new();
        GzDecoder::new(&packed[..])
            .take(file.bytes)
            .read_to_end(&mut bytes)
            .map_err(|error| StoreError::shape(&part_key(export, &file.name, 0), error))?;
        Ok(bytes)
    }
}

impl From<&Export> for Item {
    fn from(export: &Export) -> Self {
        let ttl = export.expires_at().as_second();
        let Export { export_id, driver_id, format, status, started_at, updated_at, races_total, races_done, files } =
            export.clone();
        Self {
            export_id,
            driver_id,
            format,
            status,
            started_at: started_at.as_second(),
            updated_at: updated_at.as_second(),
            races_total,
            races_done,
            files,
            ttl,
        }
    }
}

impl Item {
    fn into_export(self, key: &Key) -> Result<Export, StoreError> {
        let Self {
            export_id,
            driver_id,
            format,
            status,
            started_at,
            updated_at,
            races_total,
            races_done,
            files,
            ttl: _,
        } = self;
        Ok(Export {
            export_id,
            driver_id,
            format,
            status,
            started_at: time(key, started_at)?,
            updated_at: time(key, updated_at)?,
            races_total,
            races_done,
            files,
        })
    }
}
