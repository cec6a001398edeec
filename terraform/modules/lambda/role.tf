data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    # Only functions of this account may be this role.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_iam_role" "function" {
  name                 = local.function_name
  description          = "What the function ${local.function_name} may do."
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  permissions_boundary = var.permissions_boundary_arn
}

# What every function needs to be seen.
data "aws_iam_policy_document" "base" {
  statement {
    sid       = "WriteItsLog"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.function.arn}:*"]
  }

  statement {
    sid       = "ReportFailures"
    actions   = ["sqs:SendMessage"]
    resources = [var.failure_queue_arn]
  }

  statement {
    #checkov:skip=CKV_AWS_111:X-Ray has no resources to name.
    #checkov:skip=CKV_AWS_356:X-Ray has no resources to name.
    sid       = "Trace"
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "base" {
  name   = "base"
  role   = aws_iam_role.function.id
  policy = data.aws_iam_policy_document.base.json
}

resource "aws_iam_role_policy" "work" {
  name   = "work"
  role   = aws_iam_role.function.id
  policy = var.policy
}
