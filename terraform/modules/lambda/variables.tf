variable "name" {
  description = "The crate's name: also that of the binary, the package and the function."
  type        = string
}

variable "prefix" {
  description = "What stands before the name, such as dev-spinout."
  type        = string
}

variable "description" {
  description = "What the function does, in a sentence."
  type        = string
}

variable "package" {
  description = "Path of the zip with the binary `bootstrap`."
  type        = string
}

variable "architecture" {
  description = "arm64 or x86_64."
  type        = string
}

variable "memory_megabytes" {
  description = "Memory, and with it the share of a processor: 1,769 MB are one."
  type        = number
}

variable "timeout_seconds" {
  description = "After this time a call is stopped."
  type        = number
}

variable "duration_alarm_share" {
  description = "Share of the time limit from which on a call is worth an alarm."
  type        = number
  default     = 0.8
}

variable "reserved_concurrency" {
  description = "The most copies that run at once; -1 for no limit."
  type        = number
}

variable "environment" {
  description = "Environment variables."
  type        = map(string)
}

variable "policy" {
  description = "JSON of the policy with what the function needs besides logs and traces."
  type        = string
}

variable "permissions_boundary_arn" {
  description = "Boundary of the role, or null."
  type        = string
}

variable "account_id" {
  description = "The account's number."
  type        = string
}

variable "failure_queue_arn" {
  description = "Queue for asynchronous calls that failed."
  type        = string
}

variable "alarm_topic_arn" {
  description = "Topic that alarms are sent to."
  type        = string
}

variable "log_retention_days" {
  description = "How long log lines are kept."
  type        = number
}
