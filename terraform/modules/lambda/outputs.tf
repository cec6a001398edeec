output "function_name" {
  description = "The function's name."
  value       = aws_lambda_function.function.function_name
}

output "live_arn" {
  description = "The alias that callers use."
  value       = aws_lambda_alias.live.arn
}

output "live_invoke_arn" {
  description = "The same, in the form that API Gateway wants."
  value       = aws_lambda_alias.live.invoke_arn
}

output "alias" {
  description = "The alias's name."
  value       = aws_lambda_alias.live.name
}

output "role_arn" {
  description = "The function's role."
  value       = aws_iam_role.function.arn
}
