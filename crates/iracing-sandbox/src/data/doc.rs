//! `/data/doc`: what there is, in the form of the service's own documentation.

use serde_json::{Map, Value, json};

use super::{Document, Refusal};

/// Service, endpoint, note, and parameters as `name:type` with `*` for required ones.
const ENDPOINTS: &[(&str, &str, &str, &str)] = &[
    ("car", "assets", "image paths are relative to https://images-static.iracing.com/", ""),
    ("car", "get", "", ""),
    ("carclass", "get", "", ""),
    ("constants", "categories", "Constant; returned directly as an array of objects", ""),
    ("constants", "divisions", "Constant; returned directly as an array of objects", ""),
    ("constants", "event_types", "Constant; returned directly as an array of objects", ""),
    ("lookup", "licenses", "", ""),
    (
        "member",
        "chart_data",
        "chart_type 1 iRating, 2 TT rating, 3 license/SR",
        "cust_id:number category_id:number* chart_type:number*",
    ),
    ("member", "get", "", "cust_ids:numbers* include_licenses:boolean"),
    ("member", "info", "Always the authenticated member.", ""),
    ("member", "profile", "", "cust_id:number"),
    ("results", "event_log", "", "subsession_id:number* simsession_number:number*"),
    (
        "results",
        "get",
        "Get the results of a subsession, if authorized to view them.",
        "subsession_id:number* include_licenses:boolean",
    ),
    ("results", "lap_chart_data", "", "subsession_id:number* simsession_number:number*"),
    ("results", "lap_data", "", "subsession_id:number* simsession_number:number* cust_id:number team_id:number"),
    (
        "results",
        "search_hosted",
        "Hosted and league sessions. Maximum time frame of 90 days.",
        "start_range_begin:string start_range_end:string finish_range_begin:string finish_range_end:string cust_id:number team_id:number host_cust_id:number session_name:string league_id:number track_id:number category_ids:numbers",
    ),
    (
        "results",
        "search_series",
        "Official series. Maximum time frame of 90 days.",
        "season_year:number season_quarter:number start_range_begin:string start_range_end:string finish_range_begin:string finish_range_end:string cust_id:number team_id:number series_id:number race_week_num:number official_only:boolean event_types:numbers category_ids:numbers",
    ),
    ("series", "assets", "image paths are relative to https://images-static.iracing.com/", ""),
    ("series", "get", "", ""),
    ("series", "stats_series", "", ""),
    ("stats", "member_recent_races", "", "cust_id:number"),
    ("track", "assets", "image paths are relative to https://images-static.iracing.com/", ""),
    ("track", "get", "", ""),
];

fn endpoint(base: &str, service: &str, name: &str, note: &str, parameters: &str) -> Value {
    let mut body = Map::new();
    body.insert("link".to_owned(), json!(format!("{base}/data/{service}/{name}")));
    if !note.is_empty() {
        body.insert("note".to_owned(), json!(note));
    }
    let parameters: Map<String, Value> = parameters
        .split_whitespace()
        .filter_map(|parameter| parameter.split_once(':'))
        .map(|(name, kind)| {
            let mut value = json!({ "type": kind.trim_end_matches('*') });
            if kind.ends_with('*') {
                value["required"] = json!(true);
            }
            (name.to_owned(), value)
        })
        .collect();
    if !parameters.is_empty() {
        body.insert("parameters".to_owned(), Value::Object(parameters));
    }
    body.insert("expirationSeconds".to_owned(), json!(900));
    Value::Object(body)
}

/// `doc`, `doc/{service}` or `doc/{service}/{endpoint}`.
pub(super) fn answer<'a>(base: &str, path: &str) -> Result<Document<'a>, Refusal> {
    let mut services: Map<String, Value> = Map::new();
    for (service, name, note, parameters) in ENDPOINTS {
        let entry = services.entry(*service).or_insert_with(|| json!({}));
        entry[*name] = endpoint(base, service, name, note, parameters);
    }
    let mut body = Value::Object(services);
    for part in path.split('/').skip(1).filter(|part| !part.is_empty()) {
        body = body.get(part).cloned().ok_or(Refusal::NotFound)?;
    }
    Ok(Document::Direct(body))
}
