variable "name" {
  description = "Name of the site's resources."
  type        = string
}

variable "bucket" {
  description = "Name of the bucket, unique in the world."
  type        = string
}

variable "hosts" {
  description = "Host names; the first is the one that the others lead to."
  type        = list(string)

  validation {
    condition     = length(var.hosts) > 0
    error_message = "At least one host is expected."
  }
}

variable "zone_id" {
  description = "Hosted zone of the hosts."
  type        = string
}

variable "certificate_arn" {
  description = "Certificate in us-east-1 for all hosts."
  type        = string
}

variable "firewall_arn" {
  description = "Web ACL, or null for none."
  type        = string
}

variable "viewer_request" {
  description = "Code of the CloudFront function that turns an address into a file. CANONICAL_HOST in it becomes the first host."
  type        = string
}

variable "content_security_policy" {
  description = "What the pages may load."
  type        = string
}

variable "not_found_page" {
  description = "Path of the page for addresses that lead nowhere, or null for S3's bare answer."
  type        = string
  default     = null
}
