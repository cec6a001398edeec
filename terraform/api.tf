# crate `api`, api.zip: the REST API behind rest_gateway.tf.
module "api" {
  source = "./modules/lambda"

  name        = "api"
  prefix      = local.name
  description = "REST API of Spinout."

  package              = "${var.packages}/api.zip"
  architecture         = var.architecture
  memory_megabytes     = 512 # packing and unpacking laps is processor time, and memory buys processor
  timeout_seconds      = 15  # two requests to iRacing one after the other, in a slow minute
  reserved_concurrency = var.reserved_concurrency.api
  environment          = local.environment_of.api
  policy               = data.aws_iam_policy_document.api.json

  permissions_boundary_arn = var.permissions_boundary_arn
  account_id               = local.account_id
  failure_queue_arn        = aws_sqs_queue.failures.arn
  alarm_topic_arn          = aws_sns_topic.alarms.arn
  log_retention_days       = var.log_retention_days
}

data "aws_iam_policy_document" "api" {
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
      aws_secretsmanager_secret.jwt_signing_key.arn,
    ]
  }

  statement {
    sid       = "QueueRuns"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.ingestion.arn]
  }
}

locals {
  # What crates/store calls. No Scan: only the operator's own command line reads the whole table.
  table_actions = [
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
  ]
}
