//! Whatever a file holds, reading it ends with a result or an error.

use crate::answers::fixture;
use iracing::EventResult;
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

fn odd_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([{"cust_id": 1}])),
    ]
}

/// All places in a tree, as JSON pointers.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{here}/{index}"), found));
        }
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| places(member, &format!("{here}/{name}"), found));
        }
        _ => {}
    }
}

fn remove(tree: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else { return };
    match tree.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(name)),
        Some(Value::Array(items)) => drop(items.pop()),
        _ => {}
    }
}

proptest! {
    #[test]
    fn mutated_results_never_panic(
        team in any::<bool>(),
        mutations in prop::collection::vec((any::<Index>(), prop::option::of(odd_value())), 1..6),
    ) {
        let mut tree = fixture(if team { "results_get_team.json" } else { "event_result_league.json" });
        for (index, value) in mutations {
            let mut found = Vec::new();
            places(&tree, "", &mut found);
            let place = index.get(&found).clone();
            match value {
                Some(value) => *tree.pointer_mut(&place).unwrap() = value,
                None => remove(&mut tree, &place),
            }
        }
        let _ = EventResult::parse(tree.to_string().as_bytes());
    }

    #[test]
    fn cut_or_damaged_files_never_panic(length in any::<Index>(), position in any::<Index>(), byte in any::<u8>()) {
        let mut file = fixture("results_get_solo.json").to_string().into_bytes();
        let position = position.index(file.len());
        file[position] = byte;
        file.truncate(length.index(file.len() + 1));
        let _ = EventResult::parse(&file);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = EventResult::parse(&bytes);
    }

    #[test]
    fn whole_floats_read_like_integers(laps in 0i64..1000, position in -1i64..60) {
        let mut tree = fixture("event_result_league.json");
        let row = &mut tree["data"]["session_results"][1]["results"][0];
        row["laps_complete"] = json!(laps as f64);
        row["finish_position"] = json!(position as f64);
        tree["data"]["subsession_id"] = json!(50_000_001.0);
        let result = EventResult::parse(tree.to_string().as_bytes()).unwrap();
        let row = &result.session_results[1].results[0];
        prop_assert_eq!(row.laps_complete, Some(laps));
        prop_assert_eq!(row.finish_position, (position >= 0).then_some(position));
    }
}
