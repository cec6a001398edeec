# What the deploy role may do: what terraform/, its scripts and the publishing of pages do, on things that bear Spinout's
# name, and nothing else. It reads no table rows and no secret values. Roles it makes are held down by the boundary
# (boundary.tf), so a workflow that was taken over cannot make itself an administrator.

locals {
  region_and_account = "${var.aws_region}:${local.account_id}"

  # Production's names begin with spinout, those of other workspaces with <workspace>-spinout.
  name_patterns = ["spinout*", "*-spinout*"]
}

data "aws_iam_policy_document" "deploy_state" {
  statement {
    sid       = "FindStates"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.state.arn]
  }

  statement {
    sid     = "WriteAndLockStates"
    actions = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = [
      "${aws_s3_bucket.state.arn}/spinout/*",
      "${aws_s3_bucket.state.arn}/env:/*/spinout/*",
    ]
  }
}

data "aws_iam_policy_document" "read_state" {
  statement {
    sid       = "FindStates"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.state.arn]
  }

  statement {
    sid     = "ReadStates"
    actions = ["s3:GetObject"]
    resources = [
      "${aws_s3_bucket.state.arn}/spinout/*",
      "${aws_s3_bucket.state.arn}/env:/*/spinout/*",
    ]
  }
}

data "aws_iam_policy_document" "deploy_compute" {
  statement {
    sid = "Functions"
    actions = [
      "lambda:AddPermission",
      "lambda:CreateAlias",
      "lambda:CreateFunction",
      "lambda:DeleteAlias",
      "lambda:DeleteFunction",
      "lambda:DeleteFunctionConcurrency",
      "lambda:DeleteFunctionEventInvokeConfig",
      "lambda:PublishVersion",
      "lambda:PutFunctionConcurrency",
      "lambda:PutFunctionEventInvokeConfig",
      "lambda:RemovePermission",
      "lambda:TagResource",
      "lambda:UntagResource",
      "lambda:UpdateAlias",
      "lambda:UpdateFunctionCode",
      "lambda:UpdateFunctionConfiguration",
      "lambda:UpdateFunctionEventInvokeConfig",
    ]
    resources = [for pattern in local.name_patterns : "arn:aws:lambda:${local.region_and_account}:function:${pattern}"]
  }

  statement {
    sid = "Triggers"
    actions = [
      "lambda:CreateEventSourceMapping",
      "lambda:DeleteEventSourceMapping",
      "lambda:TagResource",
      "lambda:UntagResource",
      "lambda:UpdateEventSourceMapping",
    ]
    # A trigger's name is an id that AWS makes up.
    resources = ["arn:aws:lambda:${local.region_and_account}:event-source-mapping:*"]
  }

  statement {
    sid = "Gateways"
    # API Gateway's actions are verbs of HTTP; its ids are made up by AWS.
    actions = ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"]
    resources = [
      "arn:aws:apigateway:${var.aws_region}::/apis",
      "arn:aws:apigateway:${var.aws_region}::/apis/*",
      "arn:aws:apigateway:${var.aws_region}::/domainnames",
      "arn:aws:apigateway:${var.aws_region}::/domainnames/*",
      "arn:aws:apigateway:${var.aws_region}::/restapis",
      "arn:aws:apigateway:${var.aws_region}::/restapis/*",
      "arn:aws:apigateway:${var.aws_region}::/tags/*",
    ]
  }

  statement {
    sid = "Schedules"
    actions = [
      "scheduler:CreateSchedule",
      "scheduler:CreateScheduleGroup",
      "scheduler:DeleteSchedule",
      "scheduler:DeleteScheduleGroup",
      "scheduler:TagResource",
      "scheduler:UntagResource",
      "scheduler:UpdateSchedule",
    ]
    resources = flatten([
      for pattern in local.name_patterns : [
        "arn:aws:scheduler:${local.region_and_account}:schedule-group/${pattern}",
        "arn:aws:scheduler:${local.region_and_account}:schedule/${pattern}/*",
      ]
    ])
  }
}

data "aws_iam_policy_document" "deploy_roles" {
  statement {
    sid     = "MakeRolesWithinTheBoundary"
    actions = ["iam:CreateRole", "iam:PutRolePermissionsBoundary"]
    resources = [
      for pattern in local.name_patterns : "arn:aws:iam::${local.account_id}:role/${pattern}"
    ]

    condition {
      test     = "StringEquals"
      variable = "iam:PermissionsBoundary"
      values   = [aws_iam_policy.boundary.arn]
    }
  }

  statement {
    sid = "ChangeRolesWithinTheBoundary"
    actions = [
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ]
    resources = [
      for pattern in local.name_patterns : "arn:aws:iam::${local.account_id}:role/${pattern}"
    ]
  }

  # The two roles of this file bear Spinout's name too, and must not be able to widen themselves.
  statement {
    sid    = "LeaveOwnRolesAlone"
    effect = "Deny"
    actions = [
      "iam:AttachRolePolicy",
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePermissionsBoundary",
      "iam:DeleteRolePolicy",
      "iam:DetachRolePolicy",
      "iam:PassRole",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
    ]
    resources = [aws_iam_role.deploy.arn, aws_iam_role.plan.arn]
  }

  statement {
    sid     = "GiveRolesToFunctionsAndSchedules"
    actions = ["iam:PassRole"]
    resources = [
      for pattern in local.name_patterns : "arn:aws:iam::${local.account_id}:role/${pattern}"
    ]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["lambda.amazonaws.com", "scheduler.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "deploy_storage" {
  statement {
    sid = "Tables"
    # Not DeleteTable: the table is only ever deleted by a person.
    actions = [
      "dynamodb:CreateTable",
      "dynamodb:TagResource",
      "dynamodb:UntagResource",
      "dynamodb:UpdateContinuousBackups",
      "dynamodb:UpdateTable",
      "dynamodb:UpdateTimeToLive",
    ]
    resources = [for pattern in local.name_patterns : "arn:aws:dynamodb:${local.region_and_account}:table/${pattern}"]
  }

  statement {
    sid = "Queues"
    actions = [
      "sqs:CreateQueue",
      "sqs:DeleteQueue",
      "sqs:SetQueueAttributes",
      "sqs:TagQueue",
      "sqs:UntagQueue",
    ]
    resources = [for pattern in local.name_patterns : "arn:aws:sqs:${local.region_and_account}:${pattern}"]
  }

  statement {
    sid = "SecretsButNotTheirValues"
    actions = [
      "secretsmanager:CreateSecret",
      "secretsmanager:DeleteSecret",
      "secretsmanager:RestoreSecret",
      "secretsmanager:TagResource",
      "secretsmanager:UntagResource",
      "secretsmanager:UpdateSecret",
    ]
    resources = [for pattern in local.name_patterns : "arn:aws:secretsmanager:${local.region_and_account}:secret:${pattern}"]
  }

  statement {
    sid = "Sites"
    actions = [
      "s3:CreateBucket",
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:ListBucket",
      "s3:ListBucketVersions",
      "s3:PutBucketOwnershipControls",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketTagging",
      "s3:PutBucketVersioning",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
      "s3:PutObject",
    ]
    resources = flatten([
      for site in ["app", "website"] : [
        "arn:aws:s3:::spinout-${site}-${local.account_id}",
        "arn:aws:s3:::spinout-${site}-${local.account_id}/*",
        "arn:aws:s3:::*-spinout-${site}-${local.account_id}",
        "arn:aws:s3:::*-spinout-${site}-${local.account_id}/*",
      ]
    ])
  }
}

data "aws_iam_policy_document" "deploy_edge" {
  statement {
    sid = "Distributions"
    # Their ids are made up by AWS. Policies and functions of CloudFront belong to the account, not to a region.
    actions = [
      "cloudfront:CreateDistribution",
      "cloudfront:CreateDistributionWithTags",
      "cloudfront:CreateFunction",
      "cloudfront:CreateInvalidation",
      "cloudfront:CreateOriginAccessControl",
      "cloudfront:CreateResponseHeadersPolicy",
      "cloudfront:DeleteDistribution",
      "cloudfront:DeleteFunction",
      "cloudfront:DeleteOriginAccessControl",
      "cloudfront:DeleteResponseHeadersPolicy",
      "cloudfront:PublishFunction",
      "cloudfront:TagResource",
      "cloudfront:UntagResource",
      "cloudfront:UpdateDistribution",
      "cloudfront:UpdateFunction",
      "cloudfront:UpdateOriginAccessControl",
      "cloudfront:UpdateResponseHeadersPolicy",
    ]
    resources = [
      "arn:aws:cloudfront::${local.account_id}:distribution/*",
      "arn:aws:cloudfront::${local.account_id}:function/*",
      "arn:aws:cloudfront::${local.account_id}:origin-access-control/*",
      "arn:aws:cloudfront::${local.account_id}:response-headers-policy/*",
    ]
  }

  statement {
    sid     = "Certificates"
    actions = ["acm:AddTagsToCertificate", "acm:DeleteCertificate", "acm:RemoveTagsFromCertificate", "acm:RequestCertificate"]
    resources = distinct([
      "arn:aws:acm:us-east-1:${local.account_id}:certificate/*",
      "arn:aws:acm:${local.region_and_account}:certificate/*",
    ])
  }

  statement {
    sid       = "RecordsOfTheDomain"
    actions   = ["route53:ChangeResourceRecordSets"]
    resources = ["arn:aws:route53:::hostedzone/${local.zone_id}"]
  }

  statement {
    sid = "Firewall"
    actions = [
      "wafv2:CreateWebACL",
      "wafv2:DeleteWebACL",
      "wafv2:TagResource",
      "wafv2:UntagResource",
      "wafv2:UpdateWebACL",
    ]
    resources = [for pattern in local.name_patterns : "arn:aws:wafv2:us-east-1:${local.account_id}:global/webacl/${pattern}"]
  }
}

data "aws_iam_policy_document" "deploy_watch" {
  statement {
    sid = "AlarmsAndDashboards"
    actions = [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DeleteDashboards",
      "cloudwatch:PutDashboard",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
    ]
    resources = flatten([
      for pattern in local.name_patterns : [
        "arn:aws:cloudwatch:${local.region_and_account}:alarm:${pattern}",
        "arn:aws:cloudwatch::${local.account_id}:dashboard/${pattern}",
      ]
    ])
  }

  statement {
    sid = "Logs"
    actions = [
      "logs:CreateLogGroup",
      "logs:DeleteLogGroup",
      "logs:PutRetentionPolicy",
      "logs:TagResource",
      "logs:UntagResource",
    ]
    resources = flatten([
      for pattern in local.name_patterns : [
        "arn:aws:logs:${local.region_and_account}:log-group:/aws/lambda/${pattern}",
        "arn:aws:logs:${local.region_and_account}:log-group:/aws/apigateway/${pattern}",
      ]
    ])
  }

  statement {
    sid = "GatewaysMayWriteTheirLogs"
    # A stage's access log makes a delivery on the caller's behalf; these have no resources to name.
    #checkov:skip=CKV_AWS_111:No resources to name.
    #checkov:skip=CKV_AWS_356:No resources to name.
    actions = [
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:UpdateLogDelivery",
    ]
    resources = ["*"]
  }

  statement {
    sid = "Alerts"
    actions = [
      "sns:CreateTopic",
      "sns:DeleteTopic",
      "sns:SetTopicAttributes",
      "sns:Subscribe",
      "sns:TagResource",
      "sns:Unsubscribe",
      "sns:UntagResource",
    ]
    resources = [for pattern in local.name_patterns : "arn:aws:sns:${local.region_and_account}:${pattern}"]
  }

  statement {
    sid       = "Budgets"
    actions   = ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"]
    resources = [for pattern in local.name_patterns : "arn:aws:budgets::${local.account_id}:budget/${pattern}"]
  }

  statement {
    sid = "Tracing"
    actions = [
      "xray:CreateSamplingRule",
      "xray:DeleteSamplingRule",
      "xray:TagResource",
      "xray:UntagResource",
      "xray:UpdateSamplingRule",
    ]
    resources = [for pattern in local.name_patterns : "arn:aws:xray:${local.region_and_account}:sampling-rule/${pattern}"]
  }
}

# Settings of everything, for plans. No dynamodb:GetItem, s3:GetObject, sqs:ReceiveMessage or secretsmanager:GetSecretValue.
data "aws_iam_policy_document" "read" {
  statement {
    sid = "LookAtSettings"
    #checkov:skip=CKV_AWS_356:Most of these name no resource, and what they read are settings.
    #checkov:skip=CKV_AWS_108:Settings, no data.
    #checkov:skip=CKV_AWS_109:Reads only.
    actions = [
      "acm:DescribeCertificate",
      "acm:ListCertificates",
      "acm:ListTagsForCertificate",
      "apigateway:GET",
      "budgets:ListTagsForResource",
      "budgets:ViewBudget",
      "cloudfront:Describe*",
      "cloudfront:Get*",
      "cloudfront:List*",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetDashboard",
      "cloudwatch:ListTagsForResource",
      "dynamodb:DescribeContinuousBackups",
      "dynamodb:DescribeTable",
      "dynamodb:DescribeTimeToLive",
      "dynamodb:ListTagsOfResource",
      "iam:GetPolicy",
      "iam:GetPolicyVersion",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "lambda:GetAccountSettings",
      "lambda:GetAlias",
      "lambda:GetEventSourceMapping",
      "lambda:GetFunction",
      "lambda:GetFunctionCodeSigningConfig",
      "lambda:GetFunctionConcurrency",
      "lambda:GetFunctionConfiguration",
      "lambda:GetFunctionEventInvokeConfig",
      "lambda:GetPolicy",
      "lambda:ListTags",
      "lambda:ListVersionsByFunction",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:ListTagsForResource",
      "route53:GetChange",
      "route53:GetHostedZone",
      "route53:ListHostedZones",
      "route53:ListHostedZonesByName",
      "route53:ListResourceRecordSets",
      "route53:ListTagsForResource",
      "s3:GetAccelerateConfiguration",
      "s3:GetBucket*",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "scheduler:GetSchedule",
      "scheduler:GetScheduleGroup",
      "scheduler:ListTagsForResource",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetResourcePolicy",
      "sns:GetSubscriptionAttributes",
      "sns:GetTopicAttributes",
      "sns:ListTagsForResource",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ListQueueTags",
      "wafv2:GetWebACL",
      "wafv2:ListTagsForResource",
      "xray:GetSamplingRules",
      "xray:ListTagsForResource",
    ]
    resources = ["*"]
  }
}
