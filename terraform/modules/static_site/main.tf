# Files of a private bucket behind CloudFront, on one or more hosts.

resource "aws_cloudfront_origin_access_control" "site" {
  name                              = var.name
  description                       = "Lets the distribution, and only it, read the bucket."
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# Cache-Control of the files decides: the publishing script marks hashed assets as immutable and pages as short-lived.
data "aws_cloudfront_cache_policy" "optimized" {
  name = "Managed-CachingOptimized"
}

resource "aws_cloudfront_function" "viewer_request" {
  name    = "${var.name}-request"
  comment = "Finds the file that an address means."
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = replace(var.viewer_request, "CANONICAL_HOST", var.hosts[0])
}

resource "aws_cloudfront_distribution" "site" {
  #checkov:skip=CKV_AWS_86:Access logs would hold visitors' addresses, which we promise not to keep.
  #checkov:skip=CKV_AWS_68:The firewall is an option (firewall.tf): it costs six times the rest.
  #checkov:skip=CKV2_AWS_47:See CKV_AWS_68.
  #checkov:skip=CKV_AWS_310:One origin: a bucket is spread over a region's data centres already.
  #checkov:skip=CKV_AWS_374:Drivers live everywhere.
  comment             = var.name
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  price_class         = "PriceClass_100" # Europe and North America; others are served from there
  aliases             = var.hosts
  default_root_object = "index.html"
  web_acl_id          = var.firewall_arn

  origin {
    origin_id                = "bucket"
    domain_name              = aws_s3_bucket.site.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.site.id
  }

  default_cache_behavior {
    target_origin_id           = "bucket"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.optimized.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.site.id

    function_association {
      event_type   = "viewer-request"
      function_arn = aws_cloudfront_function.viewer_request.arn
    }
  }

  # A file that is not there stays a 404: a browser would run a page as a script if the answer were the app's.
  dynamic "custom_error_response" {
    for_each = var.not_found_page == null ? [] : [var.not_found_page]

    content {
      error_code            = 404
      response_code         = 404
      response_page_path    = custom_error_response.value
      error_caching_min_ttl = 10
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = var.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

resource "aws_cloudfront_response_headers_policy" "site" {
  #checkov:skip=CKV_AWS_259:Two years with subdomains; getting on the browsers' preload list is for the domain's owner to decide, since it cannot be taken back quickly.
  name    = var.name
  comment = "What browsers may do with these pages."

  security_headers_config {
    content_security_policy {
      content_security_policy = var.content_security_policy
      override                = true
    }

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
      referrer_policy = "strict-origin-when-cross-origin"
      override        = true
    }
  }

  custom_headers_config {
    items {
      header   = "Permissions-Policy"
      value    = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
      override = true
    }

    items {
      header   = "Cross-Origin-Opener-Policy"
      value    = "same-origin"
      override = true
    }
  }
}

resource "aws_route53_record" "site" {
  for_each = {
    for pair in setproduct(var.hosts, ["A", "AAAA"]) : "${pair[0]} ${pair[1]}" => { host = pair[0], type = pair[1] }
  }

  zone_id = var.zone_id
  name    = each.value.host
  type    = each.value.type

  alias {
    name                   = aws_cloudfront_distribution.site.domain_name
    zone_id                = aws_cloudfront_distribution.site.hosted_zone_id
    evaluate_target_health = false
  }
}
