output "addresses" {
  description = "Where everything answers."
  value = {
    app       = module.app.address
    website   = module.website.address
    rest      = "https://${local.api_host}"
    websocket = "wss://${local.ws_host}"
  }
}

output "frontend_environment" {
  description = "What the pages are built with, besides VITE_IRACING_CLIENT_ID."
  value = {
    VITE_API_BASE_URL = "https://${local.api_host}"
    VITE_WS_BASE_URL  = "wss://${local.ws_host}"
  }
}

output "environment" {
  description = "Environment variables of each function, for local runs against this environment."
  value       = local.environment_of
}

output "functions" {
  description = "Name of each function."
  value       = local.function_names
}

output "sites" {
  description = "Bucket and distribution of each static site."
  value = {
    app     = { bucket = module.app.bucket, distribution_id = module.app.distribution_id, address = module.app.address }
    website = { bucket = module.website.bucket, distribution_id = module.website.distribution_id, address = module.website.address }
  }
}

output "queues" {
  description = "Address of each queue."
  value = {
    ingestion             = aws_sqs_queue.ingestion.url
    ingestion_dead_letter = aws_sqs_queue.ingestion_dead_letter.url
    failures              = aws_sqs_queue.failures.url
  }
}

output "secrets" {
  description = "Name of each secret."
  value = {
    jwt_signing_key     = aws_secretsmanager_secret.jwt_signing_key.name
    jwt_encryption_key  = aws_secretsmanager_secret.jwt_encryption_key.name
    iracing_credentials = aws_secretsmanager_secret.iracing_credentials.name
  }
}

output "table" {
  description = "Name of the table."
  value       = aws_dynamodb_table.spinout.name
}

output "region" {
  description = "Region of all but CloudFront."
  value       = var.aws_region
}

output "alarm_topic" {
  description = "Topic that alarms are sent to."
  value       = aws_sns_topic.alarms.arn
}
