# The one table. Only the key and the time to live are declared: attributes are the business of crates/store.
resource "aws_dynamodb_table" "spinout" {
  #checkov:skip=CKV_AWS_119:Encrypted with AWS's own key. A key of ours costs a dollar a month and a call per request, and guards against nobody that the account's rights do not stop; iRacing's tokens are sealed by the application besides.
  name         = coalesce(var.table_name, local.name)
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "partition_key"
  range_key    = "sort_key"

  attribute {
    name = "partition_key"
    type = "S"
  }

  attribute {
    name = "sort_key"
    type = "S"
  }

  # Locks, connections and sessions disappear by themselves.
  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  # Careers took hours of requests to iRacing to collect: any second of the last 35 days can be restored.
  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = false # false means AWS's own key, at no cost; there is no unencrypted table
  }

  # A rename or a wrong workspace must not take everybody's races along.
  deletion_protection_enabled = true

  # A bug that loops stops at what this allows, not at the end of the money. Far above 15 workers at full speed.
  on_demand_throughput {
    max_read_request_units  = 4000
    max_write_request_units = 4000
  }

  lifecycle {
    prevent_destroy = true
  }
}
