# Workspaces are environments. `default` is production and has no prefix; `dev` gives dev-spinout-api and dev-app.<domain>.
locals {
  production  = terraform.workspace == "default"
  environment = local.production ? "production" : terraform.workspace
  prefix      = local.production ? "" : "${terraform.workspace}-"
  name        = "${local.prefix}spinout"

  site_host = local.production ? var.domain : "${terraform.workspace}.${var.domain}"
  www_host  = local.production ? "www.${var.domain}" : "www.${terraform.workspace}.${var.domain}"
  app_host  = "${local.prefix}app.${var.domain}"
  api_host  = "${local.prefix}api.${var.domain}"
  ws_host   = "${local.prefix}ws.${var.domain}"

  account_id = data.aws_caller_identity.current.account_id
}
