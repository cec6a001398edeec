# What each function is told. One map feeds the function and the output `environment`, so that a local run sees the same.
locals {
  environment_of_all = {
    LOG_LEVEL      = var.log_level
    DYNAMODB_TABLE = aws_dynamodb_table.spinout.name
  }

  environment_of = {
    api = merge(local.environment_of_all, {
      CORS_ALLOWED_ORIGINS       = "https://${local.app_host}"
      OAUTH_REDIRECT_URIS        = "https://${local.app_host}/auth/ir/callback"
      API_BASE_PATH              = "/" # on a host of its own the API has no path in front
      IRACING_CREDENTIALS_SECRET = aws_secretsmanager_secret.iracing_credentials.name
      IRACING_OAUTH_BASE_URL     = var.iracing_oauth_base_url
      IRACING_DATA_BASE_URL      = var.iracing_data_base_url
      JWT_SIGNING_KEY_SECRET     = aws_secretsmanager_secret.jwt_signing_key.name
      JWT_ENCRYPTION_KEY_SECRET  = aws_secretsmanager_secret.jwt_encryption_key.name
      RACE_INGESTION_QUEUE_URL   = aws_sqs_queue.ingestion.url
      INGESTION_COOLDOWN_SECONDS = tostring(var.ingestion_cooldown_seconds)
      RATE_LIMITS                = "true"
      SEARCH_WINDOW_IN_DAYS      = tostring(var.search_window_in_days)
      TRUSTED_PROXIES            = "2" # CloudFront and the gateway, each of which adds the address that it saw
      # Read by lambda_http: without it a call past the custom domain would see the stage in front of its path.
      AWS_LAMBDA_HTTP_IGNORE_STAGE_IN_PATH = "true"
    })

    websocket = merge(local.environment_of_all, {
      JWT_SIGNING_KEY_SECRET    = aws_secretsmanager_secret.jwt_signing_key.name
      JWT_ENCRYPTION_KEY_SECRET = aws_secretsmanager_secret.jwt_encryption_key.name
      RACE_INGESTION_QUEUE_URL  = aws_sqs_queue.ingestion.url
      WS_MANAGEMENT_ENDPOINT    = local.ws_management_endpoint
    })

    ingestion = merge(local.environment_of_all, {
      IRACING_CREDENTIALS_SECRET      = aws_secretsmanager_secret.iracing_credentials.name
      IRACING_OAUTH_BASE_URL          = var.iracing_oauth_base_url
      IRACING_DATA_BASE_URL           = var.iracing_data_base_url
      JWT_ENCRYPTION_KEY_SECRET       = aws_secretsmanager_secret.jwt_encryption_key.name
      RACE_INGESTION_QUEUE_URL        = aws_sqs_queue.ingestion.url
      WS_MANAGEMENT_ENDPOINT          = local.ws_management_endpoint
      SEARCH_WINDOW_IN_DAYS           = tostring(var.search_window_in_days)
      IRACING_BUDGET_RESERVE          = tostring(var.iracing_budget_reserve)
      IRACING_REQUESTS_PER_MINUTE     = tostring(var.iracing_requests_per_minute)
      INGESTION_LOCK_DURATION_SECONDS = tostring(var.ingestion_lock_duration_seconds)
      INGESTION_COOLDOWN_SECONDS      = tostring(var.ingestion_cooldown_seconds)
    })
  }
}
