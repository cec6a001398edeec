locals {
  # metrics.json is read by the code's tests too: one list of what there is to see.
  metrics = jsondecode(file("${path.module}/metrics.json"))

  function_names = {
    api       = module.api.function_name
    websocket = module.websocket.function_name
    ingestion = module.ingestion.function_name
  }
}
