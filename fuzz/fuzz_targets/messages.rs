//! Messages of the queue, events of API Gateway and messages of pages.
#![no_main]

use libfuzzer_sys::fuzz_target;
use messaging::QueueMessage;
use websocket::event::{Event, Message};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = serde_json::from_slice::<QueueMessage>(bytes) {
        let written = serde_json::to_vec(&message).expect("what was read can be written");
        assert_eq!(serde_json::from_slice::<QueueMessage>(&written).ok(), Some(message));
    }
    if let Ok(event) = serde_json::from_slice::<Event>(bytes)
        && let Some(body) = event.body
    {
        let _ = serde_json::from_str::<Message>(&body);
    }
    let _ = serde_json::from_slice::<Message>(bytes);
});
