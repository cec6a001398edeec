//! The id that follows one request through every process.

use uuid::Uuid;

/// The longest inbound id that is taken over.
const INBOUND_MAX: usize = 64;

/// Makes the correlation id of a request: a fresh UUID, behind the caller's own id if that is fit for a log line.
///
/// An inbound id is used if it has 1 to 64 characters of `A-Z a-z 0-9 . _ : -`; anything else could forge log
/// lines or grow without bound as processes hand it on, and is dropped.
pub fn correlation_id(inbound: Option<&str>) -> String {
    let own = Uuid::new_v4();
    match inbound {
        Some(inbound) if is_sane(inbound) => format!("{inbound}:{own}"),
        _ => own.to_string(),
    }
}

fn is_sane(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
    (1..=INBOUND_MAX).contains(&id.len()) && id.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_inbound_id_it_is_a_fresh_uuid() {
        let id = correlation_id(None);
        assert!(Uuid::parse_str(&id).is_ok());
        assert_ne!(id, correlation_id(None));
    }

    #[test]
    fn a_sane_inbound_id_is_kept_in_front() {
        let id = correlation_id(Some("page-7:sync.1"));
        let (inbound, own) = id.rsplit_once(':').unwrap();
        assert_eq!(inbound, "page-7:sync.1");
        assert!(Uuid::parse_str(own).is_ok());
    }

    #[test]
    fn an_inbound_id_that_could_forge_a_log_line_is_dropped() {
        for bad in ["", "a b", "line\nbreak", "\"quoted\"", "ünï", &"x".repeat(65)] {
            assert!(Uuid::parse_str(&correlation_id(Some(bad))).is_ok(), "{bad:?}");
        }
    }
}
