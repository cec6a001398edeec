output "bucket" {
  description = "Where the files go."
  value       = aws_s3_bucket.site.id
}

output "distribution_id" {
  description = "What to invalidate afterwards."
  value       = aws_cloudfront_distribution.site.id
}

output "address" {
  description = "Where visitors find it."
  value       = "https://${var.hosts[0]}"
}
