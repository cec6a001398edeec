# The secrets are made here, their values are not: what Terraform knows ends in its state. The script `keys` makes and
# rotates the two keys; iRacing's credentials are put in by hand (docs/operations.md).

resource "aws_secretsmanager_secret" "jwt_signing_key" {
  #checkov:skip=CKV_AWS_149:AWS's own key for Secrets Manager. A key of ours costs a dollar a month and is guarded by the same rights.
  #checkov:skip=CKV2_AWS_57:Rotated by the script `keys`, which keeps the old key until its last token has expired; a rotation function would be a fourth function with rights over the keys.
  name                    = "${local.name}-jwt-signing-key"
  description             = "ECDSA P-256 private keys in PEM: the first signs session tokens, all verify them."
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret" "jwt_encryption_key" {
  #checkov:skip=CKV_AWS_149:See jwt_signing_key.
  #checkov:skip=CKV2_AWS_57:See jwt_signing_key.
  name                    = "${local.name}-jwt-encryption-key"
  description             = "AES-256 keys in base64, one a line: the first seals claims and iRacing's tokens, all open them."
  recovery_window_in_days = 30
}

resource "aws_secretsmanager_secret" "iracing_credentials" {
  #checkov:skip=CKV_AWS_149:See jwt_signing_key.
  #checkov:skip=CKV2_AWS_57:iRacing gives out and replaces client secrets by hand.
  name                    = "${local.name}-iracing-credentials"
  description             = "{\"oauth_client_id\": ..., \"oauth_client_secret\": ...} as iRacing gave them."
  recovery_window_in_days = 30
}
