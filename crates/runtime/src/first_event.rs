//! What a Lambda works with, made when its first event comes.

use anyhow::Result;
use tokio::sync::OnceCell;

/// What `cell` holds, made by `connect` if it holds nothing yet.
///
/// A function asks for work before it connects: so it starts in milliseconds, and a secret that cannot be read fails an
/// event, which says so, rather than the start. The next event tries again.
///
/// # Errors
/// If `connect` fails; the failure is logged.
pub async fn connected<T>(cell: &OnceCell<T>, connect: impl Future<Output = Result<T>>) -> Result<&T> {
    cell.get_or_try_init(|| connect)
        .await
        .inspect_err(|error| tracing::error!(error = format!("{error:#}"), "the function could not connect"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[tokio::test]
    async fn what_could_not_be_made_is_made_for_the_next_event_and_then_kept() {
        let cell = OnceCell::new();
        assert!(connected(&cell, async { bail!("no secret") }).await.is_err());
        assert_eq!(connected(&cell, async { Ok(7) }).await.unwrap(), &7);
        assert_eq!(connected(&cell, async { Ok(8) }).await.unwrap(), &7);
    }
}
