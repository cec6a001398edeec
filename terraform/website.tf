# The site that says what Spinout is: website/, published by `make deploy-website`.
module "website" {
  source = "./modules/static_site"

  name            = "${local.name}-website"
  bucket          = "${local.name}-website-${local.account_id}"
  hosts           = [local.site_host, local.www_host]
  zone_id         = data.aws_route53_zone.domain.zone_id
  certificate_arn = aws_acm_certificate_validation.edge.certificate_arn
  firewall_arn    = local.firewall_arn

  # www. leads to the bare domain, and a folder to its index.
  viewer_request = file("${path.module}/modules/static_site/website.js")
  not_found_page = "/404.html"

  content_security_policy = join("; ", [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ])
}
