"""HTTP to model servers: connections, deadlines, requests passed through, what their errors mean."""
