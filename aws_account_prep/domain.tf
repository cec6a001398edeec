resource "aws_route53_zone" "domain" {
  #checkov:skip=CKV2_AWS_38:Signing a zone needs a key in KMS for a dollar a month and a registrar that takes its DS record: an operator's choice, by hand.
  #checkov:skip=CKV2_AWS_39:Query logs would hold visitors' resolvers; nothing here needs them.
  count = var.create_hosted_zone ? 1 : 0

  name    = var.domain
  comment = "Spinout"
}

data "aws_route53_zone" "domain" {
  count = var.create_hosted_zone ? 0 : 1

  name = var.domain
}

locals {
  zone_id = var.create_hosted_zone ? aws_route53_zone.domain[0].zone_id : data.aws_route53_zone.domain[0].zone_id

  takes_mail = length(var.mail_exchangers) > 0
}

# A domain without mail says so, or others send in its name.
resource "aws_route53_record" "mail" {
  count = var.manage_mail_records ? 1 : 0

  zone_id = local.zone_id
  name    = var.domain
  type    = "MX"
  ttl     = 3600
  records = local.takes_mail ? var.mail_exchangers : ["0 ."]
}

resource "aws_route53_record" "mail_senders" {
  count = var.manage_mail_records ? 1 : 0

  zone_id = local.zone_id
  name    = var.domain
  type    = "TXT"
  ttl     = 3600
  records = [join(" ", concat(["v=spf1"], local.takes_mail ? var.mail_senders : [], ["-all"]))]
}

resource "aws_route53_record" "mail_policy" {
  count = var.manage_mail_records ? 1 : 0

  zone_id = local.zone_id
  name    = "_dmarc.${var.domain}"
  type    = "TXT"
  ttl     = 3600
  records = ["v=DMARC1; p=reject"]
}
