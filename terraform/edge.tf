# CloudFront in front of the two gateways: TLS and HTTP/3 near the driver, one place for the firewall.

locals {
  gateways = {
    api = { host = local.api_host, origin = aws_api_gateway_domain_name.rest.regional_domain_name }
    ws  = { host = local.ws_host, origin = aws_apigatewayv2_domain_name.websocket.domain_name_configuration[0].target_domain_name }
  }
}

data "aws_cloudfront_cache_policy" "disabled" {
  name = "Managed-CachingDisabled"
}

data "aws_cloudfront_origin_request_policy" "all_viewer" {
  name = "Managed-AllViewer"
}

resource "aws_cloudfront_distribution" "gateway" {
  #checkov:skip=CKV_AWS_86:The gateways write access logs; CloudFront's would add drivers' addresses, which we promise not to keep.
  #checkov:skip=CKV_AWS_68:The firewall is an option (firewall.tf): it costs six times the rest.
  #checkov:skip=CKV2_AWS_47:See CKV_AWS_68.
  #checkov:skip=CKV_AWS_310:One origin: the gateway is spread over a region's data centres already.
  #checkov:skip=CKV_AWS_374:Drivers live everywhere.
  #checkov:skip=CKV_AWS_305:No pages here, so no index.
  for_each = local.gateways

  comment         = "${local.name} ${each.key}"
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = "PriceClass_100" # Europe and North America; others are served from there
  aliases         = [each.value.host]
  web_acl_id      = local.firewall_arn

  origin {
    origin_id   = "gateway"
    domain_name = each.value.origin

    custom_origin_config {
      http_port              = 80
      https_port             = 443
      origin_protocol_policy = "https-only"
      origin_ssl_protocols   = ["TLSv1.2"]
      origin_read_timeout    = 30 # the gateway gives up after 29 s
    }
  }

  default_cache_behavior {
    target_origin_id       = "gateway"
    viewer_protocol_policy = "https-only"
    allowed_methods        = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
    cached_methods         = ["GET", "HEAD"]
    compress               = true

    # Answers belong to one driver. Every header goes on, Host too: the gateway knows its API by it.
    cache_policy_id            = data.aws_cloudfront_cache_policy.disabled.id
    origin_request_policy_id   = data.aws_cloudfront_origin_request_policy.all_viewer.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.gateway.id
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.edge.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_cloudfront_response_headers_policy" "gateway" {
  #checkov:skip=CKV_AWS_259:Two years with subdomains; getting on the browsers' preload list is for the domain's owner to decide, since it cannot be taken back quickly.
  name    = "${local.name}-gateway"
  comment = "JSON is never a page."

  security_headers_config {
    strict_transport_security {
      access_control_max_age_sec = 63072000 # two years, as browsers' lists ask
      include_subdomains         = true
      override                   = true
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = true
    }

    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }

    content_security_policy {
      content_security_policy = "default-src 'none'; frame-ancestors 'none'"
      override                = true
    }
  }
}

resource "aws_route53_record" "gateway" {
  for_each = {
    for pair in setproduct(keys(local.gateways), ["A", "AAAA"]) : "${pair[0]} ${pair[1]}" => { gateway = pair[0], type = pair[1] }
  }

  zone_id = data.aws_route53_zone.domain.zone_id
  name    = local.gateways[each.value.gateway].host
  type    = each.value.type

  alias {
    name                   = aws_cloudfront_distribution.gateway[each.value.gateway].domain_name
    zone_id                = aws_cloudfront_distribution.gateway[each.value.gateway].hosted_zone_id
    evaluate_target_health = false
  }
}
