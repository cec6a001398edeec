# The zone is there before (aws_account_prep, or made by hand); the records in it are ours.
data "aws_route53_zone" "domain" {
  name = var.domain
}

# For CloudFront, which takes its certificates from us-east-1 only.
resource "aws_acm_certificate" "edge" {
  region                    = "us-east-1"
  domain_name               = local.site_host
  subject_alternative_names = [local.www_host, local.app_host, local.api_host, local.ws_host]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# For the gateways behind CloudFront.
resource "aws_acm_certificate" "gateways" {
  domain_name               = local.api_host
  subject_alternative_names = [local.ws_host]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

# The proof for a name is the same in every region, so the records of the larger certificate prove the smaller one too.
locals {
  certificate_proofs = { for proof in aws_acm_certificate.edge.domain_validation_options : proof.domain_name => proof }
}

resource "aws_route53_record" "certificate_proof" {
  for_each = toset([local.site_host, local.www_host, local.app_host, local.api_host, local.ws_host])

  zone_id = data.aws_route53_zone.domain.zone_id
  name    = local.certificate_proofs[each.key].resource_record_name
  type    = local.certificate_proofs[each.key].resource_record_type
  records = [local.certificate_proofs[each.key].resource_record_value]
  ttl     = 300
}

resource "aws_acm_certificate_validation" "edge" {
  region                  = "us-east-1"
  certificate_arn         = aws_acm_certificate.edge.arn
  validation_record_fqdns = [for record in aws_route53_record.certificate_proof : record.fqdn]
}

resource "aws_acm_certificate_validation" "gateways" {
  certificate_arn         = aws_acm_certificate.gateways.arn
  validation_record_fqdns = [for record in aws_route53_record.certificate_proof : record.fqdn]
}
