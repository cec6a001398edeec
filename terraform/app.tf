# The pages: frontend/, published by `make deploy-frontend`.
module "app" {
  source = "./modules/static_site"

  name            = "${local.name}-app"
  bucket          = "${local.name}-app-${local.account_id}"
  hosts           = [local.app_host]
  zone_id         = data.aws_route53_zone.domain.zone_id
  certificate_arn = aws_acm_certificate_validation.edge.certificate_arn
  firewall_arn    = local.firewall_arn

  # Every address of the app is one page.
  viewer_request = file("${path.module}/modules/static_site/app.js")

  # The same text that the standalone edition sends and the browser tests run under; terraform/tests compares them.
  content_security_policy = join("; ", [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    # Cars, tracks and series are drawn from iRacing's own servers.
    "img-src 'self' https://images-static.iracing.com https://members-assets.iracing.com data:",
    "connect-src 'self' https://${local.api_host} wss://${local.ws_host}",
    "font-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ])
}
