//! A table by columns, as Apache Parquet has it.

use super::columns::{Table, Values};
use ::parquet::{
    basic::{LogicalType, Repetition, TimeUnit, Type as Physical},
    data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type},
    file::{
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::Type,
};
use anyhow::Context;
use std::sync::Arc;

/// Writes a table as one group of rows. Every column may be null; times are milliseconds in UTC.
pub(super) fn written(table: &Table) -> anyhow::Result<Vec<u8>> {
    let fields = table.columns.iter().map(|column| {
        let (physical, logical) = match column.values {
            Values::Text(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Values::Integer(_) => (Physical::INT64, None),
            Values::Decimal(_) => (Physical::DOUBLE, None),
            Values::Flag(_) => (Physical::BOOLEAN, None),
            Values::Time(_) => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        };
        let field = Type::primitive_type_builder(column.name, physical);
        Ok(Arc::new(field.with_logical_type(logical).with_repetition(Repetition::OPTIONAL).build()?))
    });
    let fields = fields.collect::<anyhow::Result<Vec<_>>>()?;
    let schema = Arc::new(Type::group_type_builder(table.name).with_fields(fields).build()?);
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::default()))?;
    let mut group = writer.next_row_group()?;
    for column in &table.columns {
        match &column.values {
            Values::Text(values) => {
                put::<ByteArrayType, _>(&mut group, values, |text| ByteArray::from(text.as_str()))?;
            }
            Values::Integer(values) => put::<Int64Type, _>(&mut group, values, |number| *number)?,
            Values::Decimal(values) => put::<DoubleType, _>(&mut group, values, |number| *number)?,
            Values::Flag(values) => put::<BoolType, _>(&mut group, values, |flag| *flag)?,
            Values::Time(values) => put::<Int64Type, _>(&mut group, values, |time| time.as_millisecond())?,
        }
    }
    group.close()?;
    Ok(writer.into_inner()?)
}

/// Writes the next column.
fn put<D: DataType, T>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[Option<T>],
    value: impl Fn(&T) -> D::T,
) -> anyhow::Result<()> {
    let mut column = group.next_column()?.context("more columns than fields")?;
    let present: Vec<D::T> = values.iter().flatten().map(value).collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    column.typed::<D>().write_batch(&present, Some(&levels), None)?;
    column.close()?;
    Ok(())
}
