# What breaks and is nobody's function; errors, throttles and durations of the functions are in modules/lambda. Each alarm
# has its chapter in docs/operations.md. Ten alarms are free, each further one costs ten cents a month.

locals {
  alarm_actions = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = {
    (aws_sqs_queue.ingestion_dead_letter.name) = "A message failed three times. See docs/operations.md, \"Dead letters\"."
    (aws_sqs_queue.failures.name)              = "A call that nobody waits for failed. See docs/operations.md, \"Failed background calls\"."
  }

  alarm_name          = "${each.key}-not-empty"
  alarm_description   = each.value
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = each.key }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching" # SQS stops reporting on a queue that nobody uses
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "ingestion_age" {
  alarm_name          = "${local.name}-ingestion-age"
  alarm_description   = "Runs wait for a worker. See docs/operations.md, \"Old messages\"."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.ingestion.name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 3600 # two visibility times, or four of the longest waits for iRacing (15 min each)
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "rest_5xx" {
  alarm_name          = "${local.name}-rest-5xx"
  alarm_description   = "More than 2 % of REST answers are 5xx. See docs/operations.md, \"5xx answers\"."
  namespace           = "AWS/ApiGateway"
  metric_name         = "5XXError"
  dimensions          = { ApiName = aws_api_gateway_rest_api.rest.name, Stage = local.rest_stage }
  statistic           = "Average" # of this metric it is the share of all answers
  period              = 300
  evaluation_periods  = 3
  datapoints_to_alarm = 2 # one failure in a quiet night is the business of the function's alarm
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0.02
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "websocket_errors" {
  alarm_name          = "${local.name}-websocket-errors"
  alarm_description   = "Messages of pages were not dealt with. See docs/operations.md, \"WebSocket errors\"."
  namespace           = "AWS/ApiGateway"
  metric_name         = "IntegrationError"
  dimensions          = { ApiId = aws_apigatewayv2_api.websocket.id, Stage = local.ws_stage }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 5 # a page repeats what failed: a few are a passing fault
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "daily_sync_missing" {
  #checkov:skip=CKV_AWS_319:Silent only as long as no daily sync is scheduled, because then it is missing by design.
  alarm_name          = "${local.name}-daily-sync-missing"
  alarm_description   = "The daily sync was not sent for 26 hours. See docs/operations.md, \"Daily sync missing\"."
  namespace           = "AWS/Scheduler"
  metric_name         = "InvocationAttemptCount"
  dimensions          = { ScheduleGroup = aws_scheduler_schedule_group.daily_sync.name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 26 # a day, the window in which it may be sent, and time for the metric to arrive
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching" # silence is the fault
  actions_enabled     = var.daily_sync_enabled
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "rate_budget_exhausted" {
  alarm_name          = "${local.name}-rate-budget-exhausted"
  alarm_description   = "iRacing keeps refusing requests. See docs/operations.md, \"Rate budget exhausted\"."
  namespace           = local.metrics.namespace
  metric_name         = "IracingRefusals" # that few are left is normal: an import uses all that it may, and waits
  dimensions          = { (local.metrics.dimension) = module.ingestion.function_name }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 5 # one each minute: the worker is never refused as long as it has the budget to itself
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "race_failures" {
  alarm_name          = "${local.name}-race-failures"
  alarm_description   = "Races cannot be stored. See docs/operations.md, \"Race failures\"."
  namespace           = local.metrics.namespace
  metric_name         = "RaceFailures"
  dimensions          = { (local.metrics.dimension) = module.ingestion.function_name }
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10 # one broken result at iRacing's is recorded and tried again; ten an hour have a common cause
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}
