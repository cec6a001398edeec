# crate `ingestion`, ingestion.zip: one queue message becomes stored races and pushes.
module "ingestion" {
  source = "./modules/lambda"

  name        = "ingestion"
  prefix      = local.name
  description = "Ingestion worker of Spinout."

  package              = "${var.packages}/ingestion.zip"
  architecture         = var.architecture
  memory_megabytes     = 512                             # measured: `make bench`, worker_peak_bytes is below 128 MiB; the rest buys processor
  timeout_seconds      = local.ingestion_timeout_seconds # longer runs go back to the queue with their place
  duration_alarm_share = 0.98                            # a long run hands back 10 s before the limit, which is normal
  reserved_concurrency = var.reserved_concurrency.ingestion
  environment          = local.environment_of.ingestion
  policy               = data.aws_iam_policy_document.ingestion.json

  permissions_boundary_arn = var.permissions_boundary_arn
  account_id               = local.account_id
  failure_queue_arn        = aws_sqs_queue.failures.arn
  alarm_topic_arn          = aws_sns_topic.alarms.arn
  log_retention_days       = var.log_retention_days
}

resource "aws_lambda_event_source_mapping" "ingestion" {
  event_source_arn = aws_sqs_queue.ingestion.arn
  function_name    = module.ingestion.live_arn

  # A run uses a worker's whole time.
  batch_size              = 1
  function_response_types = ["ReportBatchItemFailures"]

  # Never more than may run, or polls are throttled and use up deliveries. Unlimited functions still get a limit here.
  scaling_config {
    maximum_concurrency = var.reserved_concurrency.ingestion == -1 ? 5 : var.reserved_concurrency.ingestion
  }
}

data "aws_iam_policy_document" "ingestion" {
  statement {
    sid       = "Table"
    actions   = local.table_actions
    resources = [aws_dynamodb_table.spinout.arn]
  }

  statement {
    sid     = "Secrets"
    actions = ["secretsmanager:GetSecretValue"]
    resources = [
      aws_secretsmanager_secret.iracing_credentials.arn,
      aws_secretsmanager_secret.jwt_encryption_key.arn,
    ]
  }

  statement {
    sid = "TakeMessagesAndPutThemBack"
    actions = [
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
    ]
    resources = [aws_sqs_queue.ingestion.arn]
  }

  statement {
    sid       = "PushToConnections"
    actions   = ["execute-api:ManageConnections"]
    resources = local.ws_connection_arns
  }
}
