//! A table as text, as RFC 4180 has it, after a byte order mark: without one, spreadsheets garble names.

use super::columns::{Table, Values};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes a table, its first line the names of the columns.
pub(super) fn written(table: &Table) -> anyhow::Result<Vec<u8>> {
    let mut writer =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(BYTE_ORDER_MARK.to_vec());
    writer.write_record(table.columns.iter().map(|column| column.name))?;
    for row in 0..table.rows {
        writer.write_record(table.columns.iter().map(|column| cell(&column.values, row)))?;
    }
    Ok(writer.into_inner()?)
}

/// Nothing for "none".
fn cell(values: &Values, row: usize) -> String {
    fn shown<T: ToString>(value: &Option<T>) -> String {
        value.as_ref().map(T::to_string).unwrap_or_default()
    }
    match values {
        Values::Text(values) => harmless(values[row].clone().unwrap_or_default()),
        Values::Integer(values) => shown(&values[row]),
        Values::Decimal(values) => shown(&values[row]),
        Values::Flag(values) => shown(&values[row]),
        Values::Time(values) => shown(&values[row]),
    }
}

/// A spreadsheet would run a text that looks like a formula: names of sessions are other people's words.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
