# The most that any role made by a deployment can do, whatever its own policy says.
resource "aws_iam_policy" "boundary" {
  name        = "spinout-boundary"
  description = "Limit of the roles of Spinout's functions and schedules."
  policy      = data.aws_iam_policy_document.boundary.json
}

data "aws_iam_policy_document" "boundary" {
  statement {
    sid = "Rows"
    actions = [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]
    resources = [for pattern in local.name_patterns : "arn:aws:dynamodb:${local.region_and_account}:table/${pattern}"]
  }

  statement {
    sid = "Messages"
    actions = [
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
    ]
    resources = [for pattern in local.name_patterns : "arn:aws:sqs:${local.region_and_account}:${pattern}"]
  }

  statement {
    sid       = "Secrets"
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [for pattern in local.name_patterns : "arn:aws:secretsmanager:${local.region_and_account}:secret:${pattern}"]
  }

  statement {
    sid       = "Connections"
    actions   = ["execute-api:ManageConnections"]
    resources = ["arn:aws:execute-api:${local.region_and_account}:*/live/*/@connections/*"]
  }

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [for pattern in local.name_patterns : "arn:aws:logs:${local.region_and_account}:log-group:/aws/lambda/${pattern}:*"]
  }

  statement {
    #checkov:skip=CKV_AWS_111:X-Ray has no resources to name.
    #checkov:skip=CKV_AWS_356:X-Ray has no resources to name.
    sid       = "Traces"
    actions   = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"]
    resources = ["*"]
  }
}
