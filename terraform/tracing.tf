# One trace a second and one call in twenty besides: enough to see where time goes, and within the 100,000 free traces a
# month up to about two million calls.
resource "aws_xray_sampling_rule" "rest" {
  rule_name      = substr("${local.name}-rest", 0, 32)
  priority       = 1000
  version        = 1
  reservoir_size = 1
  fixed_rate     = 0.05
  service_name   = "${aws_api_gateway_rest_api.rest.name}/${local.rest_stage}"
  service_type   = "AWS::ApiGateway::Stage"
  host           = "*"
  http_method    = "*"
  url_path       = "*"
  resource_arn   = "*"
}
