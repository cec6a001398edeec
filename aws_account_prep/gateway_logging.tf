# API Gateway writes access logs as a role that is set once an account and region.
data "aws_iam_policy_document" "gateway_logging_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["apigateway.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "gateway_logging" {
  statement {
    sid = "WriteLogsOfGateways"
    actions = [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DescribeLogGroups",
      "logs:DescribeLogStreams",
      "logs:FilterLogEvents",
      "logs:GetLogEvents",
      "logs:PutLogEvents",
    ]
    resources = [
      "arn:aws:logs:${var.aws_region}:${local.account_id}:log-group:/aws/apigateway/*",
      # The gateway tests the role by looking for groups at all.
      "arn:aws:logs:${var.aws_region}:${local.account_id}:log-group:*",
    ]
  }
}

resource "aws_iam_role" "gateway_logging" {
  name               = "api-gateway-logging"
  description        = "Lets API Gateway write its logs."
  assume_role_policy = data.aws_iam_policy_document.gateway_logging_trust.json
}

resource "aws_iam_role_policy" "gateway_logging" {
  name   = "write-logs"
  role   = aws_iam_role.gateway_logging.id
  policy = data.aws_iam_policy_document.gateway_logging.json
}

resource "aws_api_gateway_account" "account" {
  cloudwatch_role_arn = aws_iam_role.gateway_logging.arn

  depends_on = [aws_iam_role_policy.gateway_logging]
}
