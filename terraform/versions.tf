terraform {
  # 1.11 locks the state with a file beside it in S3, so no lock table is needed.
  required_version = ">= 1.11.0, < 2.0.0"

  # Settings that differ by account come from a file: terraform init -backend-config=backend.hcl (see README.md).
  backend "s3" {
    key          = "spinout/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }

  required_providers {
    # One exact version, raised by Dependabot: the same plan on every machine.
    aws = {
      source  = "hashicorp/aws"
      version = "6.66.0"
    }
  }
}

provider "aws" {
  region = var.aws_region

  default_tags {
    tags = {
      Project     = "spinout"
      Environment = local.environment
      ManagedBy   = "terraform"
    }
  }
}

data "aws_caller_identity" "current" {}
