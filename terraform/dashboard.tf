# One page that answers: is it up, is it quick, do imports go through, what does iRacing allow.

locals {
  # Every metric of metrics.json, one graph each: what the code emits and what is shown cannot part.
  dashboard_own = [
    for name, metric in local.metrics.metrics : {
      title  = metric.meaning
      stat   = metric.statistic
      period = 300
      metrics = [
        for service in metric.services :
        [local.metrics.namespace, name, local.metrics.dimension, local.function_names[service], { label = service }]
      ]
    }
  ]

  dashboard_aws = [
    {
      title  = "REST: requests, 4xx, 5xx"
      stat   = "Sum"
      period = 300
      metrics = [
        for metric in ["Count", "4XXError", "5XXError"] :
        ["AWS/ApiGateway", metric, "ApiName", aws_api_gateway_rest_api.rest.name, "Stage", local.rest_stage, { label = metric }]
      ]
    },
    {
      title  = "REST: milliseconds until the answer"
      stat   = "p50"
      period = 300
      metrics = [
        for stat in ["p50", "p90", "p99"] :
        ["AWS/ApiGateway", "Latency", "ApiName", aws_api_gateway_rest_api.rest.name, "Stage", local.rest_stage, { stat = stat, label = stat }]
      ]
    },
    {
      title  = "WebSocket: connections, messages, errors"
      stat   = "Sum"
      period = 300
      metrics = [
        for metric in ["ConnectCount", "MessageCount", "IntegrationError", "ClientError", "ExecutionError"] :
        ["AWS/ApiGateway", metric, "ApiId", aws_apigatewayv2_api.websocket.id, "Stage", local.ws_stage, { label = metric }]
      ]
    },
    {
      title  = "Functions: calls"
      stat   = "Sum"
      period = 300
      metrics = [
        for service, function in local.function_names : ["AWS/Lambda", "Invocations", "FunctionName", function, { label = service }]
      ]
    },
    {
      title  = "Functions: errors and throttles"
      stat   = "Sum"
      period = 300
      metrics = [
        for pair in setproduct(["Errors", "Throttles"], keys(local.function_names)) :
        ["AWS/Lambda", pair[0], "FunctionName", local.function_names[pair[1]], { label = "${pair[1]} ${pair[0]}" }]
      ]
    },
    {
      title  = "Functions: longest call in milliseconds"
      stat   = "Maximum"
      period = 300
      metrics = [
        for service, function in local.function_names : ["AWS/Lambda", "Duration", "FunctionName", function, { label = service }]
      ]
    },
    {
      title  = "Functions: running at once"
      stat   = "Maximum"
      period = 300
      metrics = [
        for service, function in local.function_names : ["AWS/Lambda", "ConcurrentExecutions", "FunctionName", function, { label = service }]
      ]
    },
    {
      title  = "Queues: messages waiting"
      stat   = "Maximum"
      period = 300
      metrics = [
        for queue in [aws_sqs_queue.ingestion.name, aws_sqs_queue.ingestion_dead_letter.name, aws_sqs_queue.failures.name] :
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", queue, { label = queue }]
      ]
    },
    {
      title  = "Queue: age of the oldest run in seconds"
      stat   = "Maximum"
      period = 300
      metrics = [
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.ingestion.name, { label = "ingestion" }],
      ]
    },
    {
      title  = "Table: units used"
      stat   = "Sum"
      period = 300
      metrics = [
        for metric in ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"] :
        ["AWS/DynamoDB", metric, "TableName", aws_dynamodb_table.spinout.name, { label = metric }]
      ]
    },
    {
      title  = "Table: refused"
      stat   = "Sum"
      period = 300
      metrics = [
        for metric in ["ReadThrottleEvents", "WriteThrottleEvents"] :
        ["AWS/DynamoDB", metric, "TableName", aws_dynamodb_table.spinout.name, { label = metric }]
      ]
    },
    {
      title  = "Daily sync: sent"
      stat   = "Sum"
      period = 3600
      metrics = [
        ["AWS/Scheduler", "InvocationAttemptCount", "ScheduleGroup", aws_scheduler_schedule_group.daily_sync.name, { label = "sent" }],
      ]
    },
  ]

  dashboard_widgets = concat(local.dashboard_own, local.dashboard_aws)
}

resource "aws_cloudwatch_dashboard" "spinout" {
  dashboard_name = local.name

  dashboard_body = jsonencode({
    widgets = [
      for place, widget in local.dashboard_widgets : {
        type   = "metric"
        x      = 8 * (place % 3) # three beside each other fill the 24 columns
        y      = 6 * floor(place / 3)
        width  = 8
        height = 6
        properties = merge(widget, {
          region = var.aws_region
          view   = "timeSeries"
        })
      }
    ]
  })
}
