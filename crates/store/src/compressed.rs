//! Values kept whole, as compressed JSON in one attribute.

use crate::{StoreError, key::Key};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use serde::{Serialize, de::DeserializeOwned};
use std::io::{Read, Write};

/// No value unpacks to more.
const MOST_UNPACKED: u64 = 32 << 20;

pub(crate) fn packed(key: &Key, value: &impl Serialize) -> Result<serde_bytes::ByteBuf, StoreError> {
    let plain = serde_json::to_vec(value).map_err(|error| StoreError::shape(key, error))?;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    let packed = packed.write_all(&plain).and_then(|()| packed.finish());
    Ok(packed.map_err(|error| StoreError::shape(key, error))?.into())
}

pub(crate) fn unpacked<T: DeserializeOwned>(key: &Key, packed: &[u8]) -> Result<T, StoreError> {
    let mut plain = Vec::new();
    let read = GzDecoder::new(packed).take(MOST_UNPACKED).read_to_end(&mut plain);
    read.map_err(|error| StoreError::shape(key, error))?;
    serde_json::from_slice(&plain).map_err(|error| StoreError::shape(key, error))
}
