# The WebSocket API: every message goes to the function `websocket`, which knows the actions.

locals {
  ws_stage  = "live"
  ws_routes = toset(["$connect", "$disconnect", "$default"])

  # Messages a second over all connections, and how many may come at once.
  ws_throttle = { rate = 100, burst = 200 }

  # Where connections are written to. The gateway's own address, because CloudFront answers on ours.
  ws_management_endpoint = "https://${aws_apigatewayv2_api.websocket.id}.execute-api.${var.aws_region}.amazonaws.com/${local.ws_stage}"

  # Write to a connection, and close it.
  ws_connection_arns = [
    "${aws_apigatewayv2_api.websocket.execution_arn}/${local.ws_stage}/POST/@connections/*",
    "${aws_apigatewayv2_api.websocket.execution_arn}/${local.ws_stage}/DELETE/@connections/*",
  ]
}

resource "aws_apigatewayv2_api" "websocket" {
  name                       = "${local.name}-websocket"
  description                = "WebSocket API of Spinout."
  protocol_type              = "WEBSOCKET"
  route_selection_expression = "$request.body.action"
}

resource "aws_apigatewayv2_integration" "websocket" {
  api_id                    = aws_apigatewayv2_api.websocket.id
  integration_type          = "AWS_PROXY"
  integration_method        = "POST"
  integration_uri           = module.websocket.live_invoke_arn
  content_handling_strategy = "CONVERT_TO_TEXT"
}

resource "aws_apigatewayv2_route" "websocket" {
  #checkov:skip=CKV_AWS_309:Browsers cannot send headers with a WebSocket: a connection says who it is in its first message, and is closed after 30 s if it does not.
  for_each = local.ws_routes

  api_id             = aws_apigatewayv2_api.websocket.id
  route_key          = each.key
  authorization_type = "NONE"
  target             = "integrations/${aws_apigatewayv2_integration.websocket.id}"
}

resource "aws_lambda_permission" "websocket" {
  statement_id   = "websocket-gateway"
  action         = "lambda:InvokeFunction"
  function_name  = module.websocket.function_name
  qualifier      = module.websocket.alias
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_apigatewayv2_api.websocket.execution_arn}/${local.ws_stage}/*"
  source_account = local.account_id
}

resource "aws_apigatewayv2_deployment" "websocket" {
  api_id = aws_apigatewayv2_api.websocket.id

  triggers = {
    api = sha1(jsonencode([
      aws_apigatewayv2_integration.websocket.integration_uri,
      [for route in aws_apigatewayv2_route.websocket : route.route_key],
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_apigatewayv2_stage" "websocket" {
  #checkov:skip=CKV2_AWS_51:Browsers have no client certificates.
  api_id        = aws_apigatewayv2_api.websocket.id
  name          = local.ws_stage
  deployment_id = aws_apigatewayv2_deployment.websocket.id

  default_route_settings {
    throttling_rate_limit    = local.ws_throttle.rate
    throttling_burst_limit   = local.ws_throttle.burst
    data_trace_enabled       = false # messages hold tokens
    detailed_metrics_enabled = false # cost money; the API's own are enough
    logging_level            = "OFF" # execution logs hold messages
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.websocket_access.arn
    format = jsonencode({
      time              = "$context.requestTime"
      requestId         = "$context.requestId"
      functionRequestId = "$context.integration.requestId"
      connectionId      = "$context.connectionId"
      event             = "$context.eventType"
      route             = "$context.routeKey"
      status            = "$context.status"
      error             = "$context.error.responseType"
    })
  }
}

resource "aws_cloudwatch_log_group" "websocket_access" {
  #checkov:skip=CKV_AWS_158:Encrypted with AWS's own key; lines hold ids, no messages.
  #checkov:skip=CKV_AWS_338:Kept as long as the functions' lines that they belong to.
  name              = "/aws/apigateway/${local.name}-websocket"
  retention_in_days = var.log_retention_days
}

resource "aws_apigatewayv2_domain_name" "websocket" {
  domain_name = local.ws_host

  domain_name_configuration {
    certificate_arn = aws_acm_certificate_validation.gateways.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "websocket" {
  api_id      = aws_apigatewayv2_api.websocket.id
  domain_name = aws_apigatewayv2_domain_name.websocket.id
  stage       = aws_apigatewayv2_stage.websocket.id
}
