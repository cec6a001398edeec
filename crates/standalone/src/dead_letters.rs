//! Looking after messages that failed too often, in a data folder or on AWS.

use std::io::Write;

use engines::Sqs;
use messaging::{DeadLetter, DeadLetters};
use runtime::Aws;

use crate::cli::DeadLetterOptions;
use crate::data_folder::{DEAD_LETTER_QUEUE, DataFolder, QUEUE};

/// Lists them on `output`, oldest first.
pub async fn list(options: &DeadLetterOptions, output: &mut impl Write) -> anyhow::Result<()> {
    let Queues { letters, home: _, _engine } = Queues::open(options).await?;
    let letters = letters.list().await?;
    write_letters(&letters, output)?;
    writeln!(output, "{} messages were given up; `spinout redrive` sends them back", letters.len())?;
    Ok(())
}

/// Sends them back to the queue they came from, and says which on `output`. A spinout that runs on the folder takes them
/// up by itself.
pub async fn redrive(options: &DeadLetterOptions, output: &mut impl Write) -> anyhow::Result<()> {
    let Queues { letters, home, _engine } = Queues::open(options).await?;
    let letters = letters.redrive(&home).await?;
    write_letters(&letters, output)?;
    writeln!(output, "{} messages were sent back", letters.len())?;
    Ok(())
}

struct Queues {
    letters: DeadLetters,
    home: String,
    /// Serves the folder's queues while they are looked at.
    _engine: Option<Sqs>,
}

impl Queues {
    async fn open(options: &DeadLetterOptions) -> anyhow::Result<Self> {
        if let (Some(dead), Some(home)) = (&options.dead_letter_queue_url, &options.queue_url) {
            let letters = DeadLetters::new(Aws::connect().await.sqs, dead);
            return Ok(Self { letters, home: home.clone(), _engine: None });
        }
        let engine = DataFolder::open(&options.common.data_dir)?.open_queues().await?;
        let letters = DeadLetters::new(engine.client(), engine.queue_url(DEAD_LETTER_QUEUE));
        Ok(Self { letters, home: engine.queue_url(QUEUE), _engine: Some(engine) })
    }
}

fn write_letters(letters: &[DeadLetter], output: &mut impl Write) -> std::io::Result<()> {
    for DeadLetter { message_id, sent_at, body } in letters {
        let sent_at = sent_at.map_or_else(|| "?".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
        // A body of somebody else's may hold anything, also what a terminal obeys.
        writeln!(output, "{sent_at}  {message_id}  {}", body.escape_debug())?;
    }
    Ok(())
}
