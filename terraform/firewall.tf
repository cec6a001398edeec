# Refuses addresses that ask too often. Off by default: a web ACL and a rule cost about 6 dollars a month, six times what
# the rest costs a small community. Without it the gateways' throttles and the functions' reserved concurrency limit what a
# flood can cost, though not whom it hits.
resource "aws_wafv2_web_acl" "firewall" {
  #checkov:skip=CKV_AWS_192:The pages and functions are not Java.
  #checkov:skip=CKV2_AWS_31:Its log would keep drivers' addresses; the sampled requests below are enough to judge a rule.
  count = var.firewall_enabled ? 1 : 0

  region      = "us-east-1" # where CloudFront looks for it
  name        = local.name
  description = "Limits how often one address may ask."
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "rate"
    priority = 1

    action {
      block {
        custom_response {
          response_code = 429

          response_header {
            name  = "Retry-After"
            value = "300"
          }
        }
      }
    }

    statement {
      rate_based_statement {
        # In five minutes. A page that loads everything and syncs stays below 300.
        limit                 = 2000
        aggregate_key_type    = "IP"
        evaluation_window_sec = 300
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${local.name}-rate"
      sampled_requests_enabled   = true
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.name
    sampled_requests_enabled   = true
  }
}

locals {
  firewall_arn = one(aws_wafv2_web_acl.firewall[*].arn)
}
