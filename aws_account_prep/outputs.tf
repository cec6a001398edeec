output "state_bucket" {
  description = "For terraform/backend.hcl, and the repository's secret STATE_BUCKET."
  value       = aws_s3_bucket.state.id
}

output "account" {
  description = "The repository's secret AWS_ACCOUNT."
  value       = local.account_id
}

output "deploy_role_arn" {
  description = "What the workflows become to deploy."
  value       = aws_iam_role.deploy.arn
}

output "plan_role_arn" {
  description = "What the workflows become to plan for a pull request."
  value       = aws_iam_role.plan.arn
}

output "permissions_boundary_arn" {
  description = "For the variable permissions_boundary_arn of terraform/."
  value       = aws_iam_policy.boundary.arn
}

output "name_servers" {
  description = "What the domain's registrar has to be told, if the zone was made here."
  value       = one(aws_route53_zone.domain[*].name_servers)
}
