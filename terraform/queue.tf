locals {
  ingestion_timeout_seconds = 300

  # Three deliveries tell a passing fault from a lasting one.
  ingestion_max_receive_count = 3
}

# Runs to work at. A message is a driver's id and a run's id, never a token.
resource "aws_sqs_queue" "ingestion" {
  name = "${local.name}-ingestion"

  # Six times the function's limit, as AWS advises for triggers: throttled polls must not use up the deliveries.
  visibility_timeout_seconds = 6 * local.ingestion_timeout_seconds

  # Four days: a fault that nobody looks at over a long weekend loses no run.
  message_retention_seconds = 4 * 24 * 3600

  # Long polls are fewer polls.
  receive_wait_time_seconds = 20

  sqs_managed_sse_enabled = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.ingestion_dead_letter.arn
    maxReceiveCount     = local.ingestion_max_receive_count
  })
}

# Messages that failed three times wait here for a person; docs/operations.md tells what to do with them.
resource "aws_sqs_queue" "ingestion_dead_letter" {
  name = "${local.name}-ingestion-dead-letter"

  # The longest there is.
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_redrive_allow_policy" "ingestion_dead_letter" {
  queue_url = aws_sqs_queue.ingestion_dead_letter.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.ingestion.arn]
  })
}

# Calls that nobody waits for and that failed: asynchronous invocations of the functions, and the schedule.
resource "aws_sqs_queue" "failures" {
  name                      = "${local.name}-failures"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}
