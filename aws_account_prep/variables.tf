variable "aws_region" {
  description = "Region of the state bucket and of Spinout."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws_region))
    error_message = "A region's name is expected, such as us-east-1."
  }
}

variable "github_repository" {
  description = "The repository whose workflows may deploy, as owner/name."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.github_repository))
    error_message = "owner/name is expected."
  }
}

variable "domain" {
  description = "Spinout's domain. The deploy role may write records in its zone only."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,}$", var.domain))
    error_message = "A domain in lower case without a trailing dot is expected, such as example.org."
  }
}

variable "create_hosted_zone" {
  description = "Whether to make the domain's zone. false if Route 53 has it already, as when the domain was bought there."
  type        = bool
  default     = false
}

variable "mail_exchangers" {
  description = "MX records of the domain, such as [\"10 mail.example.net.\"]. Empty: the domain takes and sends no mail, and says so."
  type        = list(string)
  default     = []
}

variable "mail_senders" {
  description = "SPF mechanisms of who may send mail for the domain, such as [\"include:_spf.example.net\"]. Only used with mail_exchangers."
  type        = list(string)
  default     = []
}

variable "manage_mail_records" {
  description = "Whether to write the domain's mail records at all. false if something else does."
  type        = bool
  default     = false
}

variable "budget_email" {
  description = "Who is told when the account costs more than planned."
  type        = string

  validation {
    condition     = can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.budget_email))
    error_message = "An e-mail address is expected."
  }
}

variable "monthly_budget" {
  description = "Dollars a month for the whole account."
  type        = number
  default     = 20

  validation {
    condition     = var.monthly_budget >= 1
    error_message = "At least one dollar is expected."
  }
}
