# Once a day the worker is told to bring the drivers up to date who asked for it.

# A group of its own, because the scheduler's metrics know groups, not schedules: the alarm watches this one.
resource "aws_scheduler_schedule_group" "daily_sync" {
  name = "${local.name}-daily-sync"
}

resource "aws_scheduler_schedule" "daily_sync" {
  #checkov:skip=CKV_AWS_297:The message holds no data to hide: its kind and an id.
  name       = "daily-sync"
  group_name = aws_scheduler_schedule_group.daily_sync.name
  state      = var.daily_sync_enabled ? "ENABLED" : "DISABLED"

  # An hour at which few race in Europe and America: drivers' own syncs come first.
  schedule_expression          = "cron(20 8 * * ? *)"
  schedule_expression_timezone = "UTC"

  # iRacing has other clients too: not everybody's on the same second.
  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 15
  }

  target {
    arn      = aws_sqs_queue.ingestion.arn
    role_arn = aws_iam_role.daily_sync.arn
    # A message of `messaging::QueueMessage`. The correlation id is the id that the scheduler gives this occasion.
    input = "{\"kind\":\"dailySync\",\"correlationId\":\"<aws.scheduler.execution-id>\"}"

    retry_policy {
      maximum_event_age_in_seconds = 3600
      maximum_retry_attempts       = 10
    }

    dead_letter_config {
      arn = aws_sqs_queue.failures.arn
    }
  }
}

data "aws_iam_policy_document" "daily_sync_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }
}

resource "aws_iam_role" "daily_sync" {
  name                 = "${local.name}-daily-sync"
  description          = "What the schedule of the daily sync may do."
  assume_role_policy   = data.aws_iam_policy_document.daily_sync_trust.json
  permissions_boundary = var.permissions_boundary_arn
}

data "aws_iam_policy_document" "daily_sync" {
  statement {
    sid       = "QueueTheSyncOrItsFailure"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.ingestion.arn, aws_sqs_queue.failures.arn]
  }
}

resource "aws_iam_role_policy" "daily_sync" {
  name   = "work"
  role   = aws_iam_role.daily_sync.id
  policy = data.aws_iam_policy_document.daily_sync.json
}
