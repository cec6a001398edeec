# A function with all that belongs to one: role, log group, failure destination, the alias `live` that callers use, and the
# alarms that no function goes without.

locals {
  function_name = "${var.prefix}-${var.name}"
}

resource "aws_lambda_function" "function" {
  #checkov:skip=CKV_AWS_117:No VPC: everything it talks to is a public service of AWS's or iRacing's, and a VPC would need a NAT gateway for 32 dollars a month.
  #checkov:skip=CKV_AWS_116:Failed asynchronous calls go to a destination (below), which tells more than a dead-letter queue: the cause comes along.
  #checkov:skip=CKV_AWS_173:The environment holds names, no secrets.
  #checkov:skip=CKV_AWS_272:Packages come from the workflow by way of a hash in the plan; signing them would need a signing profile and prove the same.
  function_name = local.function_name
  description   = var.description
  role          = aws_iam_role.function.arn

  filename         = var.package
  source_code_hash = filebase64sha256(var.package)
  handler          = "bootstrap"
  runtime          = "provided.al2023"
  architectures    = [var.architecture]

  memory_size                    = var.memory_megabytes
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = var.reserved_concurrency

  # Each apply that changes something makes a version, so that there is one to go back to.
  publish = true

  environment {
    variables = var.environment
  }

  tracing_config {
    mode = "Active"
  }

  logging_config {
    log_format = "JSON"
    log_group  = aws_cloudwatch_log_group.function.name
  }

  lifecycle {
    # The script `keys` writes here when keys were rotated, so that fresh copies start.
    ignore_changes = [description]
  }

  depends_on = [aws_iam_role_policy.base]
}

# Callers name the alias, so a roll-back is one call: point it to the version before.
resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "What callers reach."
  function_name    = aws_lambda_function.function.function_name
  function_version = aws_lambda_function.function.version
}

resource "aws_lambda_function_event_invoke_config" "live" {
  function_name          = aws_lambda_function.function.function_name
  qualifier              = aws_lambda_alias.live.name
  maximum_retry_attempts = 0 # nothing calls asynchronously in normal operation: the first failure is worth a look

  destination_config {
    on_failure {
      destination = var.failure_queue_arn
    }
  }
}

resource "aws_cloudwatch_log_group" "function" {
  #checkov:skip=CKV_AWS_158:Encrypted with AWS's own key; the lines hold ids, no tokens and no secrets.
  #checkov:skip=CKV_AWS_338:Lines name drivers, so they are kept as long as they help to find a fault, not for a year.
  name              = "/aws/lambda/${local.function_name}"
  retention_in_days = var.log_retention_days
}
