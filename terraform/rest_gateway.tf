# The REST API: API Gateway passes every path to the function `api`; routes are declared once, in axum. The classes below
# only give some paths a throttle of their own.

locals {
  # Requests a second, and how many may come at once. For all callers together: the firewall (firewall.tf) is what limits
  # one address, and the API itself limits one driver.
  rest_throttle = { rate = 50, burst = 100 }

  rest_route_classes = {
    auth      = { rate = 10, burst = 20 } # each sign-in is two calls to iRacing
    ingestion = { rate = 10, burst = 20 } # each run is minutes of work
    import    = { rate = 5, burst = 10 }  # bodies of megabytes
    developer = { rate = 2, burst = 5 }   # each is a call to iRacing
  }
}

resource "aws_api_gateway_rest_api" "rest" {
  name        = "${local.name}-rest"
  description = "REST API of Spinout."

  # Bodies are compressed by the function and must pass through as bytes in both directions.
  binary_media_types = ["*/*"]

  endpoint_configuration {
    types = ["REGIONAL"] # CloudFront in front of it is ours (edge.tf)
  }

  # Only by its own domain, which CloudFront stands in front of.
  disable_execute_api_endpoint = true

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_resource" "everything" {
  rest_api_id = aws_api_gateway_rest_api.rest.id
  parent_id   = aws_api_gateway_rest_api.rest.root_resource_id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "everything" {
  #checkov:skip=CKV_AWS_59:The function checks its own session tokens; sign-in and health are open to all.
  #checkov:skip=CKV2_AWS_53:Requests are validated by the function, which also names the field that is wrong.
  rest_api_id   = aws_api_gateway_rest_api.rest.id
  resource_id   = aws_api_gateway_resource.everything.id
  http_method   = "ANY"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "everything" {
  rest_api_id             = aws_api_gateway_rest_api.rest.id
  resource_id             = aws_api_gateway_resource.everything.id
  http_method             = aws_api_gateway_method.everything.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST" # functions are always called by POST
  uri                     = module.api.live_invoke_arn
}

resource "aws_api_gateway_resource" "class" {
  for_each = local.rest_route_classes

  rest_api_id = aws_api_gateway_rest_api.rest.id
  parent_id   = aws_api_gateway_rest_api.rest.root_resource_id
  path_part   = each.key
}

resource "aws_api_gateway_resource" "class_paths" {
  for_each = local.rest_route_classes

  rest_api_id = aws_api_gateway_rest_api.rest.id
  parent_id   = aws_api_gateway_resource.class[each.key].id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "class_paths" {
  #checkov:skip=CKV_AWS_59:See everything.
  #checkov:skip=CKV2_AWS_53:See everything.
  for_each = local.rest_route_classes

  rest_api_id   = aws_api_gateway_rest_api.rest.id
  resource_id   = aws_api_gateway_resource.class_paths[each.key].id
  http_method   = "ANY"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "class_paths" {
  for_each = local.rest_route_classes

  rest_api_id             = aws_api_gateway_rest_api.rest.id
  resource_id             = aws_api_gateway_resource.class_paths[each.key].id
  http_method             = aws_api_gateway_method.class_paths[each.key].http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = module.api.live_invoke_arn
}

resource "aws_lambda_permission" "rest" {
  statement_id   = "rest-gateway"
  action         = "lambda:InvokeFunction"
  function_name  = module.api.function_name
  qualifier      = module.api.alias
  principal      = "apigateway.amazonaws.com"
  source_arn     = "${aws_api_gateway_rest_api.rest.execution_arn}/${local.rest_stage}/*"
  source_account = local.account_id
}

# What the gateway answers by itself. A browser reads it only with these headers, and the pages expect our form of errors.
locals {
  gateway_answers = {
    DEFAULT_4XX = null
    DEFAULT_5XX = null
    # An unknown path. The gateway would call it 403.
    MISSING_AUTHENTICATION_TOKEN = "404"
    THROTTLED                    = "429"
  }

  gateway_answer_headers = {
    "gatewayresponse.header.Access-Control-Allow-Origin"      = "'https://${local.app_host}'"
    "gatewayresponse.header.Access-Control-Allow-Credentials" = "'true'"
    "gatewayresponse.header.Access-Control-Expose-Headers"    = "'Retry-After, X-Correlation-Id'"
    "gatewayresponse.header.Content-Type"                     = "'application/problem+json'"
    "gatewayresponse.header.Vary"                             = "'Origin'"
    # The gateway's id of the request; the access log has it too.
    "gatewayresponse.header.X-Correlation-Id" = "context.requestId"
  }
}

resource "aws_api_gateway_gateway_response" "answer" {
  for_each = local.gateway_answers

  rest_api_id   = aws_api_gateway_rest_api.rest.id
  response_type = each.key
  status_code   = each.value

  response_parameters = merge(
    local.gateway_answer_headers,
    each.key == "THROTTLED" ? { "gatewayresponse.header.Retry-After" = "'1'" } : {},
  )

  response_templates = {
    "application/json" = "{\"type\":\"about:blank\",\"title\":\"$context.error.responseType\",\"detail\":$context.error.messageString,\"correlationId\":\"$context.requestId\"}"
  }
}

resource "aws_api_gateway_deployment" "rest" {
  rest_api_id = aws_api_gateway_rest_api.rest.id

  # A stage shows a deployment, not the resources: a new one whenever something of the API differs.
  triggers = {
    api = sha1(jsonencode([
      aws_api_gateway_rest_api.rest.binary_media_types,
      aws_api_gateway_resource.everything.path_part,
      aws_api_gateway_method.everything.http_method,
      aws_api_gateway_integration.everything.uri,
      local.rest_route_classes,
      local.gateway_answers,
      local.gateway_answer_headers,
    ]))
  }

  depends_on = [
    aws_api_gateway_gateway_response.answer,
    aws_api_gateway_integration.class_paths,
    aws_api_gateway_integration.everything,
  ]

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  rest_stage = "live"
}

resource "aws_api_gateway_stage" "rest" {
  #checkov:skip=CKV_AWS_120:Answers belong to one driver; what may be kept carries Cache-Control and ETag, and the gateway's cache costs 14 dollars a month.
  #checkov:skip=CKV2_AWS_51:Browsers have no client certificates.
  #checkov:skip=CKV2_AWS_29:The firewall is at CloudFront, as an option (firewall.tf).
  #checkov:skip=CKV2_AWS_4:Execution logs hold whole requests with their tokens; the access log below and the function's log tell the rest.
  rest_api_id          = aws_api_gateway_rest_api.rest.id
  deployment_id        = aws_api_gateway_deployment.rest.id
  stage_name           = local.rest_stage
  xray_tracing_enabled = true

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.rest_access.arn
    # The gateway cannot log a header of the answer, so the correlation id is found by way of the function's request id:
    # every line of the function carries both.
    format = jsonencode({
      time              = "$context.requestTime"
      requestId         = "$context.requestId"
      functionRequestId = "$context.integration.requestId"
      traceId           = "$context.xrayTraceId"
      method            = "$context.httpMethod"
      path              = "$context.path"
      status            = "$context.status"
      bytes             = "$context.responseLength"
      milliseconds      = "$context.responseLatency"
      functionStatus    = "$context.integration.status"
      functionMillis    = "$context.integration.latency"
      error             = "$context.error.responseType"
    })
  }

  # Setting the account's logging role is the business of aws_account_prep.
}

resource "aws_cloudwatch_log_group" "rest_access" {
  #checkov:skip=CKV_AWS_158:Encrypted with AWS's own key; lines hold paths and ids, no tokens.
  #checkov:skip=CKV_AWS_338:Kept as long as the functions' lines that they belong to.
  name              = "/aws/apigateway/${local.name}-rest"
  retention_in_days = var.log_retention_days
}

resource "aws_api_gateway_method_settings" "all" {
  #checkov:skip=CKV_AWS_225:No cache, see the stage.
  #checkov:skip=CKV_AWS_308:No cache, see the stage.
  #checkov:skip=CKV2_AWS_4:No execution log, see the stage.
  rest_api_id = aws_api_gateway_rest_api.rest.id
  stage_name  = aws_api_gateway_stage.rest.stage_name
  method_path = "*/*"

  settings {
    throttling_rate_limit  = local.rest_throttle.rate
    throttling_burst_limit = local.rest_throttle.burst
    logging_level          = "OFF" # would log tokens; see the stage
    data_trace_enabled     = false
    metrics_enabled        = false # metrics a method cost money; the API's own are enough
  }
}

# A stage knows no settings for ANY, only for each method that it stands for.
locals {
  rest_class_methods = {
    for pair in setproduct(keys(local.rest_route_classes), ["DELETE", "GET", "PATCH", "POST", "PUT"]) :
    "${pair[0]} ${pair[1]}" => { class = pair[0], method = pair[1] }
  }
}

resource "aws_api_gateway_method_settings" "class" {
  #checkov:skip=CKV_AWS_225:No cache, see the stage.
  #checkov:skip=CKV_AWS_308:No cache, see the stage.
  #checkov:skip=CKV2_AWS_4:No execution log, see the stage.
  for_each = local.rest_class_methods

  rest_api_id = aws_api_gateway_rest_api.rest.id
  stage_name  = aws_api_gateway_stage.rest.stage_name
  # The provider hands this on as it is, and the gateway wants the slashes of a path as ~1.
  method_path = "${replace(aws_api_gateway_resource.class_paths[each.value.class].path, "/", "~1")}/${each.value.method}"

  settings {
    throttling_rate_limit  = local.rest_route_classes[each.value.class].rate
    throttling_burst_limit = local.rest_route_classes[each.value.class].burst
    logging_level          = "OFF"
    data_trace_enabled     = false
    metrics_enabled        = false
  }
}

resource "aws_api_gateway_domain_name" "rest" {
  domain_name              = local.api_host
  regional_certificate_arn = aws_acm_certificate_validation.gateways.certificate_arn
  security_policy          = "TLS_1_2"

  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_base_path_mapping" "rest" {
  api_id      = aws_api_gateway_rest_api.rest.id
  stage_name  = aws_api_gateway_stage.rest.stage_name
  domain_name = aws_api_gateway_domain_name.rest.domain_name
}
