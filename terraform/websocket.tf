# crate `websocket`, websocket.zip: connections behind websocket_gateway.tf.
module "websocket" {
  source = "./modules/lambda"

  name        = "websocket"
  prefix      = local.name
  description = "WebSocket connections of Spinout's pages."

  package              = "${var.packages}/websocket.zip"
  architecture         = var.architecture
  memory_megabytes     = 256 # a few table calls and one signature check a message
  timeout_seconds      = 10
  reserved_concurrency = var.reserved_concurrency.websocket
  environment          = local.environment_of.websocket
  policy               = data.aws_iam_policy_document.websocket.json

  permissions_boundary_arn = var.permissions_boundary_arn
  account_id               = local.account_id
  failure_queue_arn        = aws_sqs_queue.failures.arn
  alarm_topic_arn          = aws_sns_topic.alarms.arn
  log_retention_days       = var.log_retention_days
}

data "aws_iam_policy_document" "websocket" {
  statement {
    sid       = "Table"
    actions   = local.table_actions
    resources = [aws_dynamodb_table.spinout.arn]
  }

  statement {
    sid     = "Secrets"
    actions = ["secretsmanager:GetSecretValue"]
    resources = [
      aws_secretsmanager_secret.jwt_encryption_key.arn,
      aws_secretsmanager_secret.jwt_signing_key.arn,
    ]
  }

  statement {
    sid       = "QueueClosing"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.ingestion.arn]
  }

  statement {
    sid       = "AnswerConnections"
    actions   = ["execute-api:ManageConnections"]
    resources = local.ws_connection_arns
  }
}
