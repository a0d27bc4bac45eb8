//! Lists of orders from elsewhere: every row is checked, and told what would become of it.

use std::collections::{BTreeMap, BTreeSet};

use hartomat_api::{
    ApiError, BackendKind, ErrorKind, ImportFormat, ImportOutcome, ImportReport, ImportRequest,
    ImportRow,
};
use hartomat_schema::{
    Digest, Order, OrderId, OrderLine, OrderLineId, OutputTypeId, Product, ProductId,
};
use hartomat_store::StoreError;
use serde_json::{Map, Value};

use crate::Studio;
use crate::error::from_store;
use crate::host::now;
use crate::subject::{SAMPLE, read_cad_file};

/// Rows of one list.
const MAX_ROWS: usize = 100_000;
/// Lines of one order: it is read whole.
const MAX_LINES: u64 = 10_000;
/// Names of columns.
const COLUMNS: [&str; 9] = [
    "order",
    "line",
    "product",
    "product_name",
    "cad_file",
    "output_type",
    "customer",
    "requested_by",
    "materials",
];

/// One row, with its values by column.
type Row = BTreeMap<String, String>;

/// What a row stands for.
struct Parsed {
    order: Order,
    product: Option<Product>,
    line: OrderLine,
}

/// Why a row is refused: the column and what is wrong with it.
struct Refused(&'static str, String);

impl Studio {
    /// Takes a list in, or says what would come of it. Where a row is refused nothing is stored, unless
    /// the caller wants the others.
    pub fn take_in(&self, request: &ImportRequest) -> Result<ImportReport, ApiError> {
        let rows = match request.format {
            ImportFormat::Csv => csv_rows(&request.text)?,
            ImportFormat::Json => json_rows(&request.text)?,
        };
        let mut report = ImportReport {
            rows: Vec::new(),
            stored: false,
        };
        let (mut products, mut orders, mut lines) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let (mut seen, mut counts) = (BTreeSet::new(), BTreeMap::new());
        for (index, row) in rows.iter().enumerate() {
            let number = index as u64 + 1;
            let taken = self.parse(row, number, &products);
            let taken = taken.and_then(|parsed| match seen.insert(parsed.line.id.clone()) {
                true => Ok(parsed),
                false => {
                    let message = format!("`{}` stands in an earlier row as well", parsed.line.id);
                    Err(Refused("line", message))
                }
            });
            let taken = taken.and_then(|parsed| {
                self.find_room(&parsed.line, &mut counts)?;
                Ok(parsed)
            });
            report.rows.push(match taken {
                Ok(parsed) => {
                    let outcome = self.outcome(&parsed)?;
                    let line = parsed.line.id.to_string();
                    if let Some(product) = parsed.product {
                        products.insert(product.id.clone(), product);
                    }
                    orders
                        .entry(parsed.order.id.clone())
                        .or_insert(parsed.order);
                    lines.push(parsed.line);
                    ImportRow {
                        row: number,
                        line,
                        outcome,
                        message: None,
                    }
                }
                Err(Refused(column, message)) => ImportRow {
                    row: number,
                    line: row.get("line").cloned().unwrap_or_default(),
                    outcome: ImportOutcome::Refused,
                    message: Some(format!("{column}: {message}")),
                },
            });
        }
        let is_clean = report.count(ImportOutcome::Refused) == 0;
        if !request.dry_run && (is_clean || request.skip_refused) && !lines.is_empty() {
            let products: Vec<_> = products.into_values().collect();
            let orders: Vec<_> = orders.into_values().collect();
            let stored = self.legacy.import(&products, &orders, &lines);
            stored.map_err(|err| from_store(&err))?;
            report.stored = true;
        }
        Ok(report)
    }

    fn parse(
        &self,
        row: &Row,
        number: u64,
        imported: &BTreeMap<ProductId, Product>,
    ) -> Result<Parsed, Refused> {
        let text = |column: &str| row.get(column).map_or("", |value| value.trim());
        let needed = |column: &'static str| match text(column) {
            "" => Err(Refused(column, "is empty".to_owned())),
            value => Ok(value.to_owned()),
        };
        let invalid =
            |column| move |err: hartomat_schema::InvalidId| Refused(column, err.to_string());
        let order_id = OrderId::new(needed("order")?).map_err(invalid("order"))?;
        let line_id = match text("line") {
            "" => format!("{order_id}-{number}"),
            line => line.to_owned(),
        };
        let line_id = OrderLineId::new(line_id).map_err(invalid("line"))?;
        let product_id = ProductId::new(needed("product")?).map_err(invalid("product"))?;
        let output_type = OutputTypeId::new(needed("output_type")?);
        let output_type = output_type.map_err(invalid("output_type"))?;
        self.check_output_type(&output_type, &product_id)?;
        let product = self.product_of(
            &product_id,
            text("product_name"),
            text("cad_file"),
            imported,
        )?;
        let earlier = self.legacy.order_get(&order_id).ok().flatten();
        let order = earlier.unwrap_or_else(|| Order {
            id: order_id.clone(),
            customer: text("customer").to_owned(),
            at: now(),
        });
        let line = OrderLine {
            id: line_id,
            order: Some(order_id),
            product: product_id,
            output_type,
            overrides: BTreeMap::new(),
            materials: materials(text("materials"))?,
            requested_by: match text("requested_by") {
                "" => "studio".to_owned(),
                person => person.to_owned(),
            },
        };
        Ok(Parsed {
            order,
            product,
            line,
        })
    }

    /// Counts a line in, where its order has room for it.
    fn find_room(
        &self,
        line: &OrderLine,
        counts: &mut BTreeMap<OrderId, u64>,
    ) -> Result<(), Refused> {
        let failed = |err: StoreError| Refused("order", err.to_string());
        let Some(order) = &line.order else {
            return Ok(());
        };
        let stored = self.legacy.order_line_get(&line.id).map_err(failed)?;
        if stored.is_some_and(|it| it.order == line.order) {
            return Ok(());
        }
        let count = match counts.get(order) {
            Some(count) => *count,
            None => self.legacy.order_line_count(order).map_err(failed)?,
        };
        if count >= MAX_LINES {
            let message =
                format!("`{order}` has {MAX_LINES} lines, which is the most: use another");
            return Err(Refused("order", message));
        }
        counts.insert(order.clone(), count + 1);
        Ok(())
    }

    /// What samples run as takes products of samples alone, as `hartomat smoke` orders them.
    fn check_output_type(&self, id: &OutputTypeId, product: &ProductId) -> Result<(), Refused> {
        let found = self.legacy.output_type_get(id);
        let found = found.map_err(|err| Refused("output_type", err.to_string()))?;
        match found {
            Some(it) if it.internal && !product.as_str().starts_with(SAMPLE) => Err(Refused(
                "output_type",
                format!("`{id}` is for samples and golden cases alone"),
            )),
            Some(output_type) if output_type.active => Ok(()),
            Some(_) => Err(Refused(
                "output_type",
                format!("`{id}` is no longer in use"),
            )),
            None => Err(Refused(
                "output_type",
                format!("there is no output type `{id}`"),
            )),
        }
    }

    /// The product to store; none where a known one stays as it is.
    fn product_of(
        &self,
        id: &ProductId,
        name: &str,
        cad_file: &str,
        imported: &BTreeMap<ProductId, Product>,
    ) -> Result<Option<Product>, Refused> {
        let stored = self.legacy.product_get(id);
        let stored = stored.map_err(|err| Refused("product", err.to_string()))?;
        let known = imported.get(id).cloned().or(stored);
        let cad_file = match (cad_file, &known) {
            ("", Some(known)) => known.cad_file.clone(),
            ("", None) => {
                let message = format!("product `{id}` is new and needs its CAD file");
                return Err(Refused("cad_file", message));
            }
            (digest, _) if digest.parse::<Digest>().is_ok() => digest.to_owned(),
            (_, _) if self.kind == BackendKind::Server => {
                let message =
                    "a path means nothing to a server; name a stored CAD file by its digest";
                return Err(Refused("cad_file", message.to_owned()));
            }
            (path, _) => {
                let read = read_cad_file(std::path::Path::new(path));
                read.map_err(|err| Refused("cad_file", err.message))?.0.path
            }
        };
        let name = match (name, &known) {
            ("", Some(known)) => known.name.clone(),
            ("", None) => id.to_string(),
            (name, _) => name.to_owned(),
        };
        let product = Product {
            id: id.clone(),
            name,
            cad_file,
        };
        Ok((known.as_ref() != Some(&product)).then_some(product))
    }

    fn outcome(&self, parsed: &Parsed) -> Result<ImportOutcome, ApiError> {
        let earlier = self.legacy.order_line_get(&parsed.line.id);
        let earlier = earlier.map_err(|err| from_store(&err))?;
        Ok(match earlier {
            None => ImportOutcome::New,
            Some(earlier) if earlier == parsed.line && parsed.product.is_none() => {
                ImportOutcome::Unchanged
            }
            Some(_) => ImportOutcome::Replaced,
        })
    }
}

/// `Bolt*=Steel; Ring=Brass` by part name pattern.
fn materials(text: &str) -> Result<BTreeMap<String, String>, Refused> {
    let entries = text.split(';').map(str::trim);
    entries
        .filter(|entry| !entry.is_empty())
        .map(|entry| match entry.split_once('=') {
            Some((part, material)) if !part.trim().is_empty() && !material.trim().is_empty() => {
                Ok((part.trim().to_owned(), material.trim().to_owned()))
            }
            _ => {
                let message = format!("`{entry}` is no `PART=MATERIAL`");
                Err(Refused("materials", message))
            }
        })
        .collect()
}

fn csv_rows(text: &str) -> Result<Vec<Row>, ApiError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let broken = |err: &csv::Error| {
        ApiError::new(
            ErrorKind::InvalidInput,
            format!("the list can't be read: {err}"),
        )
        .hint("write comma-separated values with a line of column names first")
    };
    let names = reader.headers().map_err(|err| broken(&err))?.clone();
    check_columns(names.iter())?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|err| broken(&err))?;
        let values = names.iter().zip(record.iter());
        rows.push(
            values
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        );
        check_count(rows.len())?;
    }
    Ok(rows)
}

fn json_rows(text: &str) -> Result<Vec<Row>, ApiError> {
    let objects: Vec<Map<String, Value>> = serde_json::from_str(text).map_err(|err| {
        ApiError::new(
            ErrorKind::InvalidInput,
            format!("the list can't be read: {err}"),
        )
        .hint("write a JSON array of objects")
    })?;
    check_count(objects.len())?;
    let mut rows = Vec::new();
    for object in &objects {
        check_columns(object.keys().map(String::as_str))?;
        let values = object
            .iter()
            .map(|(name, value)| (name.clone(), plain(value)));
        rows.push(values.collect());
    }
    Ok(rows)
}

/// A value as a column of comma-separated values would have it.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Object(pairs) => {
            let pairs = pairs
                .iter()
                .map(|(part, material)| format!("{part}={}", plain(material)));
            pairs.collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

fn check_columns<'a>(names: impl Iterator<Item = &'a str>) -> Result<(), ApiError> {
    for name in names {
        if !COLUMNS.contains(&name) {
            let message = format!("there is no column `{name}`");
            let hint = format!("columns are {}", COLUMNS.join(", "));
            return Err(ApiError::new(ErrorKind::InvalidInput, message).hint(hint));
        }
    }
    Ok(())
}

fn check_count(rows: usize) -> Result<(), ApiError> {
    if rows > MAX_ROWS {
        let message = format!("a list has at most {MAX_ROWS} rows");
        return Err(ApiError::new(ErrorKind::InvalidInput, message).hint("split it"));
    }
    Ok(())
}
