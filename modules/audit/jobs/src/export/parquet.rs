//! Apache Parquet: every column may lack a value; times are milliseconds in UTC, JSON is text that says so.

use std::io;
use std::sync::Arc;

use argus_audit_log::event::Model;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::Result;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::columns::{Cell, Column, Holds};
use crate::file::Part;

/// A group of rows is written when it has so many, or so many bytes in memory: what is in memory at all.
const ROWS: usize = 100_000;
const BYTES: usize = 32 << 20;

pub struct Parquet {
    columns: Vec<&'static Column>,
    writer: SerializedFileWriter<Part>,
    group: Vec<Model>,
    weight: usize,
}

impl Parquet {
    pub fn begin(columns: Vec<&'static Column>, part: Part) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            // What it would be of use for is kept in memory until the end.
            .set_offset_index_disabled(true)
            .build();
        let writer = SerializedFileWriter::new(part, schema(&columns)?, Arc::new(properties))?;
        Ok(Self { columns, writer, group: Vec::new(), weight: 0 })
    }

    pub fn add(&mut self, rows: Vec<Model>) -> io::Result<()> {
        self.weight += rows.iter().map(Model::weight).sum::<usize>();
        self.group.extend(rows);
        if self.group.len() >= ROWS || self.weight >= BYTES {
            self.hand_on()?;
        }
        Ok(())
    }

    pub fn end(mut self) -> io::Result<Part> {
        if !self.group.is_empty() {
            self.hand_on()?;
        }
        // Also writes what comes at the end of the file.
        Ok(self.writer.into_inner()?)
    }

    fn hand_on(&mut self) -> Result<()> {
        let mut group = self.writer.next_row_group()?;
        for column in &self.columns {
            let Some(writer) = group.next_column()? else { break };
            write(column, &self.group, writer)?;
        }
        group.close()?;
        self.group.clear();
        self.weight = 0;
        Ok(())
    }
}

fn schema(columns: &[&'static Column]) -> Result<TypePtr> {
    let fields = columns.iter().map(|column| {
        let (physical, logical) = match column.holds {
            Holds::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Holds::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
            Holds::Integer => (Physical::INT64, None),
            Holds::Number => (Physical::DOUBLE, None),
            Holds::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        };
        let field = Type::primitive_type_builder(column.name, physical).with_repetition(Repetition::OPTIONAL);
        Ok(Arc::new(field.with_logical_type(logical).build()?))
    });
    let fields = fields.collect::<Result<Vec<_>>>()?;
    Ok(Arc::new(Type::group_type_builder("event").with_fields(fields).build()?))
}

fn write(column: &Column, rows: &[Model], mut writer: SerializedColumnWriter<'_>) -> Result<()> {
    let mut levels = Vec::with_capacity(rows.len());
    let cells = rows.iter().map(|row| (column.cell)(row));
    // For each row whether there is a value, and the values that there are.
    let cells = cells.inspect(|cell| levels.push(i16::from(*cell != Cell::Null)));
    match column.holds {
        Holds::Text | Holds::Json => {
            let values = cells.filter_map(|cell| match cell {
                Cell::Text(text) => Some(ByteArray::from(text.into_owned().into_bytes())),
                _ => None,
            });
            let values: Vec<_> = values.collect();
            writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)?;
        }
        Holds::Integer | Holds::Time => {
            let values = cells.filter_map(|cell| if let Cell::Integer(number) = cell { Some(number) } else { None });
            let values: Vec<_> = values.collect();
            writer.typed::<Int64Type>().write_batch(&values, Some(&levels), None)?;
        }
        Holds::Number => {
            let values = cells.filter_map(|cell| if let Cell::Number(number) = cell { Some(number) } else { None });
            let values: Vec<_> = values.collect();
            writer.typed::<DoubleType>().write_batch(&values, Some(&levels), None)?;
        }
    }
    writer.close()
}

#[cfg(test)]
mod tests {
    use argus_audit_log::record::empty;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use sea_orm::prelude::Uuid;

    use super::*;
    use crate::Format;
    use crate::export::columns::COLUMNS;
    use crate::file;

    #[test]
    fn a_reader_reads_what_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let part = Part::begin(folder.path(), Uuid::nil(), Uuid::nil()).unwrap();
        let mut parquet = Parquet::begin(COLUMNS.iter().collect(), part).unwrap();
        let row = |sequence| Model { sequence, timestamp: 1_500_000, latency: Some(0.5), ..empty() };
        for page in 0..3 {
            let rows = (page * 50_000..(page + 1) * 50_000).map(row);
            parquet.add(rows.collect()).unwrap();
        }
        let path = file::path(folder.path(), Uuid::nil(), Format::Parquet);
        parquet.end().unwrap().keep(&path).unwrap();

        let reader = SerializedFileReader::new(std::fs::File::open(&path).unwrap()).unwrap();
        assert!(reader.num_row_groups() > 1);
        let mut seen = 0;
        for (number, row) in reader.get_row_iter(None).unwrap().enumerate() {
            let row = row.unwrap();
            let cells: Vec<_> = row.get_column_iter().collect();
            assert_eq!(*cells[1].1, Field::Long(number as i64));
            seen += 1;
            if number % 10_000 == 0 {
                let cell = |name: &str| cells.iter().find(|cell| cell.0 == name).unwrap().1;
                assert_eq!(*cell("timestamp"), Field::TimestampMillis(1));
                assert_eq!((cell("latency"), cell("action")), (&Field::Double(0.5), &Field::Null));
                assert_eq!(*cell("timestampISO"), Field::Str("1970-01-01T00:00:00.001500Z".to_owned()));
                assert!(cells.iter().map(|cell| cell.0.as_str()).eq(COLUMNS.iter().map(|column| column.name)));
            }
        }
        assert_eq!(seen, 150_000);
    }
}
