variable "aws_region" {
  description = "Where everything but CloudFront, its certificates and the firewall lives."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws_region))
    error_message = "A region's name is expected, such as us-east-1."
  }
}

variable "domain" {
  description = "The domain of the hosted zone in Route 53. Production answers on the domain itself, www., app., api. and ws. of it."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "A domain in lower case without a trailing dot is expected, such as example.org."
  }
}

variable "alarm_email" {
  description = "The person who is told when something breaks. AWS sends a message to confirm the address first."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.alarm_email))
    error_message = "An e-mail address is expected."
  }
}

variable "monthly_budget" {
  description = "Dollars a month for this environment; 80 % spent or 100 % forecast raises an alarm."
  type        = number
  default     = 10

  validation {
    condition     = var.monthly_budget >= 1
    error_message = "At least one dollar is expected."
  }
}

variable "table_name" {
  description = "Name of the table when it is not the usual one: after a restore, the restored table (docs/operations.md). null for the usual one."
  type        = string
  default     = null

  validation {
    condition     = var.table_name == null || can(regex("^([a-z0-9-]+-)?spinout[a-zA-Z0-9_.-]*$", var.table_name))
    error_message = "A name that begins with spinout or <workspace>-spinout is expected: the deploy role's rights go by it."
  }
}

variable "packages" {
  description = "Folder with api.zip, websocket.zip and ingestion.zip, as `make build` leaves it."
  type        = string
  default     = "../target/lambda"
}

variable "architecture" {
  description = "What the packages were built for. x86_64 is for builders without an arm64 target, and costs a quarter more."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "arm64 or x86_64 is expected."
  }
}

variable "reserved_concurrency" {
  description = "The most copies of each function that run at once: a limit on what a flood or a loop can cost. -1 sets no limit, which accounts need whose quota is still 10 (see docs/operations.md)."
  type = object({
    api       = number
    websocket = number
    ingestion = number
  })
  default = {
    api       = 25
    websocket = 15
    ingestion = 15
  }

  validation {
    condition     = alltrue([for limit in values(var.reserved_concurrency) : limit == -1 || limit >= 2])
    error_message = "-1 or at least 2 is expected for each function: the queue's trigger asks for two or more."
  }
}

variable "permissions_boundary_arn" {
  description = "The boundary that the deploy role must put on every role it makes (output of aws_account_prep). null for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null || can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:policy/", var.permissions_boundary_arn))
    error_message = "The ARN of a policy is expected."
  }
}

variable "log_level" {
  description = "Least severity that the functions log."
  type        = string
  default     = "info"

  validation {
    condition     = contains(["error", "warn", "info", "debug", "trace"], var.log_level)
    error_message = "error, warn, info, debug or trace is expected."
  }
}

variable "log_retention_days" {
  description = "How long log lines are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([7, 14, 30, 60, 90, 180, 365], var.log_retention_days)
    error_message = "7, 14, 30, 60, 90, 180 or 365 is expected."
  }
}

variable "search_window_in_days" {
  description = "Length of one search at iRacing."
  type        = number
  default     = 90

  validation {
    condition     = var.search_window_in_days >= 2 && var.search_window_in_days <= 90
    error_message = "2 to 90 days are expected: iRacing refuses longer ones."
  }
}

variable "ingestion_lock_duration_seconds" {
  description = "After this time without a sign of life a worker counts as dead."
  type        = number
  default     = 900

  validation {
    condition     = var.ingestion_lock_duration_seconds >= 330 && var.ingestion_lock_duration_seconds <= 86400
    error_message = "More than the worker's time limit (300 s) and at most a day is expected."
  }
}

variable "ingestion_cooldown_seconds" {
  description = "Pause between two runs of one driver."
  type        = number
  default     = 300

  validation {
    condition     = var.ingestion_cooldown_seconds >= 0 && var.ingestion_cooldown_seconds <= 86400
    error_message = "Zero to a day is expected."
  }
}

variable "iracing_budget_reserve" {
  description = "Requests of each minute that the worker leaves to the driver's own tools."
  type        = number
  default     = 6

  validation {
    condition     = var.iracing_budget_reserve >= 0 && var.iracing_budget_reserve <= 120
    error_message = "Zero to 120 are expected, half of what iRacing allows."
  }
}

variable "iracing_requests_per_minute" {
  description = "What all workers together may ask iRacing in a minute: 25 workers at full pace."
  type        = number
  default     = 6000

  validation {
    condition     = var.iracing_requests_per_minute >= 60
    error_message = "At least 60 are expected: a worker takes so many at a time."
  }
}

variable "iracing_oauth_base_url" {
  description = "iRacing's OAuth service."
  type        = string
  default     = "https://oauth.iracing.com/oauth2"

  validation {
    condition     = startswith(var.iracing_oauth_base_url, "https://")
    error_message = "An https address is expected."
  }
}

variable "iracing_data_base_url" {
  description = "iRacing's data API."
  type        = string
  default     = "https://members-ng.iracing.com"

  validation {
    condition     = startswith(var.iracing_data_base_url, "https://")
    error_message = "An https address is expected."
  }
}

variable "daily_sync_enabled" {
  description = "Whether the drivers who asked for it are brought up to date once a day."
  type        = bool
  default     = true
}

variable "firewall_enabled" {
  description = "Whether a firewall refuses addresses that ask too often. About 6 dollars a month, so off by default."
  type        = bool
  default     = false
}
